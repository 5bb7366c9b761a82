/**
 * The nearest site of a voxel when it is not near: by slices outwards, in each only the rows that have sites.
 *
 * A voxel's answer bounds the next one's, which can be further away by no more than the voxels are apart: most rows are
 * ruled out by their distance alone.
 *
 * @module
 */
import { lowestBit, type PackedMask } from './packed-mask.ts'
import type { Spacing } from './types.ts'

/** Where sites are, and the last answer. */
export interface FarRows {
  readonly sites: PackedMask
  readonly spacing: Spacing
  /** For each row its first and its last site; -1 for none. */
  readonly first: Int32Array
  readonly last: Int32Array
  /** For each slice its first and its last row with sites; -1 for none. */
  readonly top: Int32Array
  readonly bottom: Int32Array
  readonly before: { z: number; y: number; x: number; square: number }
  /** Rows looked at so far. */
  steps: number
}

/** The rows of a mask of sites. */
export function farRows(sites: PackedMask, spacing: Spacing): FarRows {
  const { words, rowWords, shape } = sites
  const [depth, height] = shape
  const rows = { first: new Int32Array(depth * height).fill(-1), last: new Int32Array(depth * height).fill(-1) }
  const slices = { top: new Int32Array(depth).fill(-1), bottom: new Int32Array(depth).fill(-1) }
  for (let row = 0, at = 1; row < depth * height; row++, at += rowWords) {
    for (let k = 0; k < rowWords; k++) {
      const word = words[at + k]
      if (word === 0) continue
      if (rows.first[row] < 0) rows.first[row] = 32 * k + lowestBit(word)
      rows.last[row] = 32 * k + 31 - Math.clz32(word)
    }
    if (rows.first[row] < 0) continue
    const z = Math.floor(row / height)
    if (slices.top[z] < 0) slices.top[z] = row - z * height
    slices.bottom[z] = row - z * height
  }
  return { sites, spacing, ...rows, ...slices, before: { z: 0, y: 0, x: 0, square: Infinity }, steps: 0 }
}

/** A voxel of the grid. */
export interface Place {
  readonly z: number
  readonly y: number
  readonly x: number
}

/** The square in mm² of the distance to the nearest site; Infinity without sites. */
export function squareByRows(rows: FarRows, place: Place): number {
  const { before, spacing, top } = rows
  const { z, y, x } = place
  const away = Math.hypot((z - before.z) * spacing[0], (y - before.y) * spacing[1], (x - before.x) * spacing[2])
  // A hair more than what the voxel before allows, for rounding.
  const limit = (Math.sqrt(before.square) + away) ** 2 * (1 + 1e-9) + Number.MIN_VALUE
  let best = limit
  const across = spacing[0] * spacing[0]
  const depth = rows.sites.shape[0]
  for (let dz = 0; dz < depth; dz++) {
    const apart = across * (dz * dz)
    if (apart >= best) break
    if (z >= dz && top[z - dz] >= 0) best = bestInSlice(rows, place, { slice: z - dz, apart, best })
    if (dz > 0 && z + dz < depth && top[z + dz] >= 0) best = bestInSlice(rows, place, { slice: z + dz, apart, best })
  }
  Object.assign(before, { z, y, x, square: best })
  return best
}

function bestInSlice(
  rows: FarRows,
  { y, x }: Place,
  { slice, apart, best: known }: { readonly slice: number; readonly apart: number; readonly best: number },
): number {
  const { sites, spacing, first, last, top, bottom } = rows
  const height = sites.shape[1]
  const along = spacing[1] * spacing[1]
  const step = spacing[2] * spacing[2]
  const reach = Math.ceil(Math.sqrt((known - apart) / along))
  const from = Math.max(top[slice], y - reach)
  const to = Math.min(bottom[slice], y + reach)
  let best = known
  for (let row = slice * height + from, dy = from - y; dy <= to - y; row++, dy++) {
    const square = apart + along * (dy * dy)
    if (first[row] < 0 || square >= best) continue
    const left = first[row] - x
    const right = x - last[row]
    const gap = left >= 0 ? left : right >= 0 ? right : gapInRow(sites, row, x)
    best = Math.min(best, step * (gap * gap) + square)
  }
  rows.steps += Math.max(0, to - from + 1)
  return best
}

/** How far the nearest site of a row is that has sites on either side of x. */
function gapInRow({ words, rowWords }: PackedMask, row: number, x: number): number {
  const first = 1 + row * rowWords
  const shift = x & 31
  let i = first + (x >> 5)
  let word = words[i] & (-1 >>> (31 - shift))
  while (word === 0) word = words[--i]
  const before = 32 * (i - first) + 31 - Math.clz32(word)
  i = first + (x >> 5)
  word = words[i] & (-1 << shift)
  while (word === 0) word = words[++i]
  return Math.min(x - before, 32 * (i - first) + lowestBit(word) - x)
}
