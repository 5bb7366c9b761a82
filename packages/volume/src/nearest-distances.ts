/**
 * Exact Euclidean distances at some voxels only: what surface metrics need, for a fraction of the whole transform.
 *
 * Each row knows how far its voxels are from the row's nearest site. From there a query looks outwards, slice by slice and
 * row by row, and stops where slices and rows alone are further away than what it has found: as many steps as the disc of
 * the answer's radius has rows. Where sites are far away that would grow too dear, so beyond a budget of steps the slices
 * are transformed as a whole (distance-passes.ts) and queries look across slices only.
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
  const rows: RowGaps = { gaps: new Uint16Array(0), squares: new Float64Array(0), shape, spacing }
  const state: Search = { best: Infinity, steps: BUDGET * sites.length }
  const places = placesOf(queries)
  const distances = new Float64Array(places.length).fill(Infinity)
  if (places.length === 0) return distances
  const found = shape[2] <= NONE ? gapsOf(sites, rows) : undefined
  if (found === 0) return distances
  let done = 0
  if (found !== undefined) {
    for (; done < places.length && state.steps > 0; done++) {
      searchRows(rows, places[done], state)
      distances[done] = Math.sqrt(state.best)
    }
  }
  if (done < places.length) searchSlices({ sites, places, distances, done }, { shape, spacing })
  return distances
}

/** Steps that a voxel of the grid may cost on average; transforming it costs about as much. */
const BUDGET = 12
/** The gap of a row without sites; longer rows are transformed at once. */
const NONE = 65535

/** How far each voxel is from the nearest site of its row, in voxels, and the square in mm² for each gap. */
interface RowGaps {
  gaps: Uint16Array
  squares: Float64Array
  readonly shape: Shape3
  readonly spacing: Spacing
}

/** What the search has found, and the steps that are left. */
interface Search {
  best: number
  steps: number
}

function placesOf(queries: ArrayLike<number>): Int32Array {
  let count = 0
  for (let i = 0; i < queries.length; i++) if (queries[i] !== 0) count++
  const places = new Int32Array(count)
  for (let i = 0, next = 0; i < queries.length; i++) if (queries[i] !== 0) places[next++] = i
  return places
}

/** Fills the gaps; returns the number of sites. */
function gapsOf(sites: ArrayLike<number>, rows: RowGaps): number {
  const [depth, height, width] = rows.shape
  const gaps = new Uint16Array(sites.length)
  const squares = new Float64Array(NONE + 1).fill(Infinity)
  for (let gap = 0; gap < width; gap++) squares[gap] = rows.spacing[2] * rows.spacing[2] * (gap * gap)
  let found = 0
  for (let row = 0, first = 0; row < depth * height; row++, first += width) {
    const end = first + width
    let last = -1
    for (let i = first; i < end; i++) {
      if (sites[i] === 0) continue
      found++
      // Half of the stretch since the last site is nearer to this one.
      for (let j = i - 1; j > last && (last < 0 ? j >= first : i - j < j - last); j--) gaps[j] = i - j
      last = i
      for (let j = i + 1; j < end && sites[j] === 0; j++) gaps[j] = j - i
    }
    if (last < 0) gaps.fill(NONE, first, end)
  }
  rows.gaps = gaps
  rows.squares = squares
  return found
}

/** The smallest square within reach of a voxel: own slice first, then outwards, in each the own row first. */
function searchRows({ gaps, squares, shape, spacing }: RowGaps, place: number, state: Search): void {
  const [depth, height, width] = shape
  const row = Math.floor(place / width)
  const y = row % height
  const z = (row - y) / height
  const plane = height * width
  const across = spacing[0] * spacing[0]
  const along = spacing[1] * spacing[1]
  let best = squares[gaps[place]]
  let steps = 1
  for (let dz = 0; dz < depth; dz++) {
    const apart = across * (dz * dz)
    if (apart >= best) break
    for (let dy = 0; dy < height; dy++) {
      const gap = apart + along * (dy * dy)
      if (gap >= best) break
      steps++
      // A row beyond the border is replaced by the own one, which counts as further away than it is: never too near.
      const up = y + dy < height ? dy * width : 0
      const down = y >= dy ? -dy * width : 0
      if (z >= dz) {
        const from = place - dz * plane
        best = Math.min(best, squares[gaps[from + up]] + gap, squares[gaps[from + down]] + gap)
      }
      if (z + dz < depth) {
        const from = place + dz * plane
        best = Math.min(best, squares[gaps[from + up]] + gap, squares[gaps[from + down]] + gap)
      }
    }
  }
  state.best = best
  state.steps -= 4 * steps
}

interface Rest {
  readonly sites: ArrayLike<number>
  readonly places: Int32Array
  readonly distances: Float64Array
  /** Queries that have their answer. */
  readonly done: number
}

function searchSlices(
  { sites, places, distances, done }: Rest,
  { shape, spacing }: { shape: Shape3; spacing: Spacing },
): void {
  const [depth, height, width] = shape
  const plane = height * width
  const squares = new Float64Array(sites.length)
  squaresInSlices(sites, { squares, shape, spacing }, { from: 0, to: depth })
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
