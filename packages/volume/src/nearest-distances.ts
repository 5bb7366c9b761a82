/**
 * Exact Euclidean distances at some voxels only: what surface metrics need, for a fraction of the whole transform.
 *
 * Masks are packed (packed-mask.ts). A query looks at the rows around its own, nearest first, and stops at the first row
 * that is further away than what it has found: as many steps as the disc of the answer's radius has rows. How far each row's
 * nearest site is comes from a table for short ways (near-gaps.ts); longer ways have a search of their own
 * (far-rows.ts). Where sites are far away that would grow too dear, so beyond a budget of steps the slices are
 * transformed as a whole (distance-passes.ts) and queries look across slices only.
 *
 * @module
 */
import { assertLength, assertShape, assertSpacing, list } from './checks.ts'
import { squaresInSlices } from './distance-passes.ts'
import { packedPlaces, packMask, unpackMask, type PackedMask } from './packed-mask.ts'
import { farRows, squareByRows, type FarRows } from './far-rows.ts'
import { nearGaps, type NearGaps } from './near-gaps.ts'
import type { Shape3, Spacing } from './types.ts'

/** Two masks on one grid, plain or packed: non-zero voxels are sites, or ask. */
export interface SitesAndQueries {
  readonly sites: ArrayLike<number> | PackedMask
  readonly queries: ArrayLike<number> | PackedMask
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
  const packed = { sites: packedOf(sites, shape), queries: packedOf(queries, shape) }
  assertSpacing(spacing, 'nearestDistances')
  const places = packedPlaces(packed.queries)
  const distances = new Float64Array(places.length).fill(Infinity)
  if (places.length === 0 || packed.sites.words.every((word) => word === 0)) return distances
  const task = { sites: packed.sites, places, distances, spacing }
  const done = searchRows(task)
  if (done < places.length) searchSlices(task, done)
  return distances
}

function packedOf(mask: ArrayLike<number> | PackedMask, shape: Shape3): PackedMask {
  if (!('words' in mask)) {
    assertLength(mask, shape, 'nearestDistances')
    return packMask({ data: mask, shape })
  }
  if (mask.shape.every((extent, axis) => extent === shape[axis])) return mask
  throw new RangeError(`nearestDistances: expected packed masks of shape ${list(shape)}, got ${list(mask.shape)}`)
}

interface Task {
  readonly sites: PackedMask
  /** Index of each query voxel. */
  readonly places: Int32Array
  readonly distances: Float64Array
  readonly spacing: Spacing
}

/** Steps that a voxel of the grid may cost on average; transforming it costs about as much. */
const BUDGET = 8
/** What a row costs that is far away, in steps in the table of gaps. */
const FAR_STEP = 0.5
/** Queries that may miss the table before it is given up where more than an eighth do. */
const NEAR_TRIES = 64

/** Answers queries until the budget is spent; returns how many. */
function searchRows({ sites, places, distances, spacing }: Task): number {
  const [depth, height, width] = sites.shape
  const search: Search = { sites, near: nearGaps(sites, spacing), z: 0, y: 0, x: 0, steps: 0 }
  const budget = BUDGET * depth * height * width
  let far: FarRows | undefined
  let missed = 0
  let done = 0
  for (let row = -1, end = 0; done < places.length; done++) {
    if (search.steps + FAR_STEP * (far?.steps ?? 0) >= budget) break
    const place = places[done]
    if (place >= end) {
      row = Math.floor(place / width)
      end = (row + 1) * width
      search.z = Math.floor(row / height)
      search.y = row - search.z * height
    }
    search.x = place - row * width
    let square = missed > NEAR_TRIES + done / 8 ? -1 : squareByGaps(search)
    if (square < 0) {
      missed++
      far ??= farRows(sites, spacing)
      square = squareByRows(far, search)
    }
    distances[done] = Math.sqrt(square)
  }
  return done
}

/** Where a query stands, and what has been spent. */
interface Search {
  readonly sites: PackedMask
  readonly near: NearGaps
  z: number
  y: number
  x: number
  steps: number
}

/** The square of the distance from the table of gaps; -1 where the nearest site may be beyond its reach. */
function squareByGaps(search: Search): number {
  const { z, y, near, sites } = search
  const { gaps, squares, offsets, rings } = near
  const { apart, dz, dy } = rings
  const [depth, height, width] = sites.shape
  const place = (z * height + y) * width + search.x
  const isInner = z >= near.depth && z + near.depth < depth && y >= near.height && y + near.height < height
  let best = near.reach
  let k = 0
  for (; k < apart.length; k++) {
    const gap = apart[k]
    if (gap >= best) break
    if (!isInner && isBeyond(z + dz[k], y + dy[k], sites.shape)) continue
    const square = squares[gaps[place + offsets[k]]] + gap
    if (square < best) best = square
  }
  search.steps += k
  return best < near.reach ? best : -1
}

function isBeyond(z: number, y: number, [depth, height]: Shape3): boolean {
  return z < 0 || z >= depth || y < 0 || y >= height
}

function searchSlices({ sites, places, distances, spacing }: Task, done: number): void {
  const [depth, height, width] = sites.shape
  const plane = height * width
  const squares = new Float64Array(depth * plane)
  squaresInSlices(unpackMask(sites), { squares, shape: sites.shape, spacing }, { from: 0, to: depth })
  for (let i = done; i < places.length; i++) {
    const at = places[i]
    const z = Math.floor(at / plane)
    let best = squares[at]
    for (let k = 1; k <= Math.max(z, depth - 1 - z); k++) {
      const gap = spacing[0] * spacing[0] * (k * k)
      if (gap >= best) break
      if (k <= z) best = Math.min(best, squares[at - k * plane] + gap)
      if (z + k < depth) best = Math.min(best, squares[at + k * plane] + gap)
    }
    distances[i] = Math.sqrt(best)
  }
}
