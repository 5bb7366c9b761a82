/**
 * The smallest box that holds the foreground of both masks: all that surface distances depend on.
 *
 * Only what can still widen the box is looked at: the columns of the box are left out, and what lies between two of its
 * rows is one stretch of memory, read in words of eight voxels, 32 at a time.
 *
 * @module
 */
import type { Box, Shape3 } from '@leanvox/volume'
import { maskBytes } from './mask-bytes.ts'
import type { MaskPair } from './mask-pair.ts'

interface Bounds {
  readonly low: [number, number, number]
  readonly high: [number, number, number]
}

/** Bounding box of both masks' non-zero voxels; undefined if both are empty. */
export function jointBox({ prediction, reference }: MaskPair, shape: Shape3): Box | undefined {
  const bounds: Bounds = { low: [...shape], high: [-1, -1, -1] }
  widen(bounds, maskBytes(prediction), shape)
  widen(bounds, maskBytes(reference), shape)
  const { low, high } = bounds
  if (high[0] < 0) return undefined
  return { start: low, size: [high[0] - low[0] + 1, high[1] - low[1] + 1, high[2] - low[2] + 1] }
}

function widen(bounds: Bounds, mask: Uint8Array, shape: Shape3): void {
  const [, height, width] = shape
  const words = wordsOf(mask)
  const first = firstSet(mask, words, { from: 0, to: mask.length })
  if (first === mask.length) return
  const last = lastSet(mask, words)
  include(bounds, last, shape)
  const { low, high } = bounds
  for (let at = first; at <= last;) {
    include(bounds, at, shape)
    // The box holds `at` now: on to the next voxel that it does not hold, row by row and slice by slice.
    const row = Math.floor(at / width)
    const y = row % height
    const from = row * width + high[2] + 1
    const to = y < high[1] ? (row + 1) * width + low[2] : (row - y + height + low[1]) * width + low[2]
    const found = firstSet(mask, words, { from, to: Math.min(to, last + 1) })
    at = found < to ? found : to
  }
}

/** Widens the box to hold a voxel. */
function include({ low, high }: Bounds, at: number, [, height, width]: Shape3): void {
  const row = Math.floor(at / width)
  const z = Math.floor(row / height)
  const y = row - z * height
  const x = at - row * width
  if (z < low[0]) low[0] = z
  if (z > high[0]) high[0] = z
  if (y < low[1]) low[1] = y
  if (y > high[1]) high[1] = y
  if (x < low[2]) low[2] = x
  if (x > high[2]) high[2] = x
}

/** The same memory in words of eight voxels, where it is aligned to them. */
function wordsOf(mask: Uint8Array): BigInt64Array | undefined {
  if (mask.byteOffset % 8 !== 0) return undefined
  return new BigInt64Array(mask.buffer, mask.byteOffset, mask.length >> 3)
}

interface Stretch {
  readonly from: number
  readonly to: number
}

/** Index of the first voxel of the stretch that is not zero, or `to`. */
function firstSet(mask: Uint8Array, words: BigInt64Array | undefined, { from, to }: Stretch): number {
  let i = from
  if (words && to - from >= 64) {
    while ((i & 7) !== 0 && mask[i] === 0) i++
    if ((i & 7) === 0) i = 8 * skipZeros(words, i >> 3, to >> 3)
  }
  while (i < to && mask[i] === 0) i++
  return i
}

/** The first of four words, counted from `from`, that are not all zero; fewer than four before `to` if there are none. */
function skipZeros(words: BigInt64Array, from: number, to: number): number {
  const end = to - 3
  let i = from
  // `asIntN` keeps the words in registers.
  while (i < end && BigInt.asIntN(64, words[i] | words[i + 1] | words[i + 2] | words[i + 3]) === 0n) i += 4
  return i
}

/** Index of the last voxel that is not zero; there must be one. */
function lastSet(mask: Uint8Array, words: BigInt64Array | undefined): number {
  let last = mask.length - 1
  if (words) {
    while ((last & 7) !== 7 && mask[last] === 0) last--
    let i = (last + 1) >> 3
    if ((last & 7) === 7) {
      while (i > 4 && BigInt.asIntN(64, words[i - 1] | words[i - 2] | words[i - 3] | words[i - 4]) === 0n) i -= 4
      last = 8 * i - 1
    }
  }
  while (mask[last] === 0) last--
  return last
}
