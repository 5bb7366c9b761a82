/**
 * Exact Euclidean distances at some voxels only: what surface metrics need, for a fraction of the whole transform.
 *
 * Within slices the distance transform is complete; across slices each query looks outwards from its own and stops where
 * the slices alone are further away than what it has found. That costs as many steps as the answer is slices away.
 *
 * @module
 */
import { assertLength, assertShape, assertSpacing } from './checks.ts'
import { squaresInSlices } from './distance-passes.ts'
import type { Shape3, Spacing } from './types.ts'

/** Two masks on one grid: non-zero voxels are sites, or ask. */
export interface SitesAndQueries {
  readonly sites: ArrayLike<number>
  readonly queries: ArrayLike<number>
  readonly shape: Shape3
}

/**
 * For each query voxel, in memory order, the distance in mm between its centre and that of the nearest site; Infinity
 * without sites, an empty list without queries.
 *
 * @throws RangeError for a bad spacing, or masks that do not fit the shape
 */
export function nearestDistances(
  { sites, queries, shape }: SitesAndQueries,
  { spacing = [1, 1, 1] }: { readonly spacing?: Spacing } = {},
): Float64Array {
  assertShape(shape, 'nearestDistances')
  assertLength(sites, shape, 'nearestDistances')
  assertLength(queries, shape, 'nearestDistances')
  assertSpacing(spacing, 'nearestDistances')
  const [depth, height, width] = shape
  const squares = new Float64Array(sites.length)
  squaresInSlices(sites, { squares, shape, spacing }, { from: 0, to: depth })
  const before = queriesBefore(queries, shape)
  const distances = new Float64Array(before[depth * height])
  // Row by row of y: the squares of all slices at one y stay in the cache.
  for (let y = 0; y < height; y++) {
    for (let z = 0; z < depth; z++) {
      const row = z * height + y
      let next = before[row]
      for (let x = 0, i = row * width; x < width; x++, i++) {
        if (queries[i] !== 0) distances[next++] = Math.sqrt(searchSlices(squares, i, { z, shape, step: spacing[0] }))
      }
    }
  }
  return distances
}

/** How many queries come before each row, and in all. */
function queriesBefore(queries: ArrayLike<number>, [depth, height, width]: Shape3): Int32Array {
  const before = new Int32Array(depth * height + 1)
  let count = 0
  for (let row = 0, i = 0; row < depth * height; row++) {
    before[row] = count
    for (let x = 0; x < width; x++, i++) if (queries[i] !== 0) count++
  }
  before[depth * height] = count
  return before
}

interface Place {
  readonly z: number
  readonly shape: Shape3
  readonly step: number
}

function searchSlices(squares: Float64Array, at: number, { z, shape: [depth, height, width], step }: Place): number {
  const plane = height * width
  const furthest = Math.max(z, depth - 1 - z)
  let best = squares[at]
  for (let k = 1; k <= furthest; k++) {
    const gap = step * step * (k * k)
    if (gap >= best) break
    if (k <= z && squares[at - k * plane] + gap < best) best = squares[at - k * plane] + gap
    if (z + k < depth && squares[at + k * plane] + gap < best) best = squares[at + k * plane] + gap
  }
  return best
}
