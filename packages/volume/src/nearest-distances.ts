/**
 * Exact Euclidean distances at some voxels only: what surface metrics need, for a fraction of the whole transform.
 *
 * Masks are packed (packed-mask.ts). A query looks at the rows around its own, nearest first, and stops at the first row
 * that is further away than what it has found: as many steps as the disc of the answer's radius has rows. How far each row's
 * nearest site is comes from a table for short ways (near-gaps.ts), else from the bits of the row, 32 voxels to
 * either side at once. Where sites are far away that would grow too dear, so beyond a budget of steps the slices are
 * transformed as a whole (distance-passes.ts) and queries look across slices only.
 *
 * @module
 */
import { assertLength, assertShape, assertSpacing, list } from './checks.ts'
import { squaresInSlices } from './distance-passes.ts'
import { lowestBit, packedPlaces, packMask, unpackMask, type PackedMask } from './packed-mask.ts'
import { nearGaps, type NearGaps } from './near-gaps.ts'
import { rowRings, type RowRings } from './row-rings.ts'
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
const BUDGET = 16
/** A step of the search in packed rows costs as much as so many in the table of gaps. */
const WORD_STEP = 4

/** Answers queries until the budget is spent; returns how many. */
function searchRows({ sites, places, distances, spacing }: Task): number {
  const [depth, height, width] = sites.shape
  const search = startSearch(sites, spacing)
  const budget = BUDGET * depth * height * width
  let done = 0
  for (let row = -1, end = 0; done < places.length && search.steps < budget; done++) {
    const place = places[done]
    if (place >= end) {
      row = Math.floor(place / width)
      end = (row + 1) * width
      search.z = Math.floor(row / height)
      search.y = row - search.z * height
    }
    search.x = place - row * width
    const square = search.far > NEAR_TRIES + done / 8 ? -1 : squareByGaps(search)
    distances[done] = Math.sqrt(square >= 0 ? square : squareByWords(search))
  }
  return done
}

/** Queries that may miss the table before it is given up where more than an eighth do. */
const NEAR_TRIES = 64

/** Where a query stands, and what has been spent. */
interface Search {
  readonly sites: PackedMask
  readonly spacing: Spacing
  readonly near: NearGaps
  /** mm² for each gap along a row. */
  readonly squares: Float64Array
  /** The rows for the search in packed rows; longer lists are made when needed. */
  rings: RowRings
  z: number
  y: number
  x: number
  steps: number
  /** Queries without a site in the table's reach. */
  far: number
}

function startSearch(sites: PackedMask, spacing: Spacing): Search {
  const { shape } = sites
  const step = spacing[2] * spacing[2]
  const near = nearGaps(sites, spacing)
  return {
    sites,
    spacing,
    near,
    squares: Float64Array.from({ length: shape[2] + 32 }, (_, gap) => step * (gap * gap)),
    rings: near.rings,
    ...{ z: 0, y: 0, x: 0, steps: 0, far: 0 },
  }
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
  if (best < near.reach) return best
  search.far++
  return -1
}

function isBeyond(z: number, y: number, [depth, height]: Shape3): boolean {
  return z < 0 || z >= depth || y < 0 || y >= height
}

function squareByWords(search: Search): number {
  const { sites, squares, spacing, z, y, x } = search
  const { words, rowWords, shape } = sites
  const height = shape[1]
  const shift = x & 31
  const column = 1 + (z * height + y) * rowWords + (x >> 5)
  let { apart, dz, dy, reach } = search.rings
  let best = Infinity
  let k = 0
  for (;;) {
    for (; k < apart.length; k++) {
      const gap = apart[k]
      if (gap >= best) break
      if (isBeyond(z + dz[k], y + dy[k], shape)) continue
      const i = column + (dz[k] * height + dy[k]) * rowWords
      const word = words[i]
      // Bit 31 of `left` and bit 0 of `right` are the voxel beside the query.
      const left = (word << (31 - shift)) | ((words[i - 1] >>> 1) >>> shift)
      const right = (word >>> shift) | ((words[i + 1] << 1) << (31 - shift))
      let near = Math.min(Math.clz32(left), 32 - Math.clz32(~right & ((right - 1) | 0)))
      if (near === 32) {
        if (gap + squares[32] >= best) continue
        near = gapInRow(sites, { word: i, first: i - (x >> 5), x })
        if (near < 0) continue
      }
      best = Math.min(best, squares[near] + gap)
    }
    if (k < apart.length || best <= reach || reach === Infinity) break
    search.rings = rowRings({ shape, spacing }, 4 * reach)
    ;({ apart, dz, dy, reach } = search.rings)
  }
  search.steps += WORD_STEP * k
  return best
}

/** As far as the nearest site of a row whose 32 voxels to either side are none; -1 for a row without sites. */
function gapInRow(
  { words, rowWords }: PackedMask,
  { word, first, x }: { readonly word: number; readonly first: number; readonly x: number },
): number {
  let left = word - 1
  while (left >= first && words[left] === 0) left--
  let right = word + 1
  const end = first + rowWords
  while (right < end && words[right] === 0) right++
  const before = left >= first ? x - (32 * (left - first) + 31 - Math.clz32(words[left])) : Infinity
  const behind = right < end ? 32 * (right - first) + lowestBit(words[right]) - x : Infinity
  const gap = Math.min(before, behind)
  return gap === Infinity ? -1 : gap
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
