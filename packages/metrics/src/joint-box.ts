/**
 * The smallest box that holds the foreground of both masks: all that surface distances depend on.
 *
 * Only what can still widen the box is looked at, and empty stretches four voxels at a time.
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

function widen({ low, high }: Bounds, mask: Uint8Array, [, height, width]: Shape3): void {
  const plane = height * width
  const words = wordsOf(mask)
  const first = firstSet(mask, words, { from: 0, to: mask.length })
  if (first === mask.length) return
  let last = mask.length - 1
  while (words && (last & 3) === 3 && words[last >> 2] === 0) last -= 4
  while (mask[last] === 0) last--
  low[0] = Math.min(low[0], Math.floor(first / plane))
  high[0] = Math.max(high[0], Math.floor(last / plane))
  for (let z = Math.floor(first / plane); z <= last / plane; z++) {
    for (let y = 0; y < height; y++) {
      const row = z * plane + y * width
      const left = firstSet(mask, words, { from: row, to: row + width }) - row
      if (left === width) continue
      if (y < low[1]) low[1] = y
      if (y > high[1]) high[1] = y
      if (left < low[2]) low[2] = left
      let right = width - 1
      while (right > high[2] && mask[row + right] === 0) right--
      if (right > high[2]) high[2] = right
    }
  }
}

/** The same memory in words of four voxels, where it is aligned to them. */
function wordsOf(mask: Uint8Array): Int32Array | undefined {
  if (mask.byteOffset % 4 !== 0) return undefined
  return new Int32Array(mask.buffer, mask.byteOffset, mask.length >> 2)
}

interface Stretch {
  readonly from: number
  readonly to: number
}

/** Index of the first voxel of the stretch that is not zero; `to` if there is none. */
function firstSet(mask: Uint8Array, words: Int32Array | undefined, { from, to }: Stretch): number {
  let i = from
  if (words) {
    while (i < to && (i & 3) !== 0 && mask[i] === 0) i++
    if ((i & 3) === 0) {
      let word = i >> 2
      const end = to >> 2
      while (word + 4 <= end && (words[word] | words[word + 1] | words[word + 2] | words[word + 3]) === 0) word += 4
      while (word < end && words[word] === 0) word++
      i = word << 2
    }
  }
  while (i < to && mask[i] === 0) i++
  return Math.min(i, to)
}
