/**
 * For each voxel how far the nearest site of its row is, where that is not far: the first thing a search for nearest sites
 * looks at.
 *
 * @module
 */
import { lowestBit, type PackedMask } from './packed-mask.ts'
import { rowRings, type RowRings } from './row-rings.ts'
import type { Spacing } from './types.ts'

/** The largest gap in the table, in voxels. */
const FAR = 16

/** Gaps along rows, and the rows around a row that are worth a look. */
export interface NearGaps {
  /** 1 + the gap in voxels; 0 where it is above 16. */
  readonly gaps: Uint8Array
  /** mm² for each entry; Infinity for none. */
  readonly squares: Float64Array
  readonly rings: RowRings
  /** Offset of each of these rows in the table. */
  readonly offsets: Int32Array
  /** How many slices and rows they reach to either side. */
  readonly depth: number
  readonly height: number
  /** A smaller square found by these rows and this table is right; a site that they miss is at least so far away. */
  readonly reach: number
}

/** The table of a mask of sites. */
export function nearGaps(sites: PackedMask, spacing: Spacing): NearGaps {
  const { shape } = sites
  const step = spacing[2] * spacing[2]
  const limit = step * ((FAR + 1) * (FAR + 1))
  const rings = rowRings({ shape, spacing }, Math.min(limit, (12 * Math.max(spacing[0], spacing[1])) ** 2))
  const reachOf = (steps: Int32Array) => steps.reduce((most, offset) => Math.max(most, offset), 0)
  return {
    gaps: gapsOf(sites),
    squares: Float64Array.from({ length: FAR + 2 }, (_, i) => (i === 0 ? Infinity : step * ((i - 1) * (i - 1)))),
    rings,
    offsets: rings.dz.map((dz, k) => (dz * shape[1] + rings.dy[k]) * shape[2]),
    depth: reachOf(rings.dz),
    height: reachOf(rings.dy),
    reach: Math.min(limit, rings.reach),
  }
}

function gapsOf({ words, rowWords, shape: [depth, height, width] }: PackedMask): Uint8Array {
  const gaps = new Uint8Array(depth * height * width)
  for (let row = 0, at = 1, first = 0; row < depth * height; row++, at += rowWords, first += width) {
    let last = -1
    for (let k = 0; k < rowWords; k++) {
      for (let word = words[at + k]; word !== 0; word &= word - 1) {
        const x = 32 * k + lowestBit(word)
        gaps[first + x] = 1
        // What lies between two sites is nearer to the last one in its first half.
        const half = last < 0 ? -1 : (last + x) >> 1
        if (last >= 0) fillBehind(gaps, first + last, first + Math.min(half, last + FAR))
        for (let j = Math.max(half + 1, x - FAR); j < x; j++) gaps[first + j] = x - j + 1
        last = x
      }
    }
    if (last >= 0) fillBehind(gaps, first + last, first + Math.min(width - 1, last + FAR))
  }
  return gaps
}

/** The gaps of the voxels behind a site, to the last one given. */
function fillBehind(gaps: Uint8Array, site: number, to: number): void {
  for (let j = site + 1; j <= to; j++) gaps[j] = j - site + 1
}
