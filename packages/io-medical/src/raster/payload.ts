/**
 * The voxel bytes of a text-headed format, from bytes in memory or from a file, raw or deflated.
 *
 * @module
 */
import { claim, gunzipExactly } from '../gunzip.ts'
import type { StoredVoxels } from '../nifti-voxels.ts'
import { refuserOf, type Origin } from '../origin.ts'
import type { StoredPlace } from '../read-stored.ts'

/** The voxels at a place of bytes in memory; raw ones are a view. */
export function storedInBytes(bytes: Uint8Array, place: StoredPlace, origin: Origin): StoredVoxels {
  const { start, skip, length, packed, capacity = 0 } = place
  const rest = bytes.subarray(start)
  if (packed) {
    const inflated = gunzipExactly(rest, { length: skip + length, capacity }, origin)
    return { bytes: inflated.subarray(skip), owned: true }
  }
  const found = Math.max(0, bytes.length - start)
  if (found !== skip + length) {
    refuserOf(origin)(found < skip + length ? 'truncated' : 'too-long', claim(skip + length), `${found} bytes`)
  }
  return { bytes: rest.subarray(skip), owned: false }
}

/** The byte behind `lines` ends of line. */
export function afterLines(bytes: Uint8Array, lines: number): number {
  let at = 0
  for (let i = 0; i < lines; i++) {
    const end = bytes.indexOf(0x0a, at)
    if (end < 0) return bytes.length
    at = end + 1
  }
  return at
}

/** Decimal numbers of a header field; undefined when one of the words is none. */
export function numbersOf(text: string): number[] | undefined {
  const words = text.split(/[\s,]+/).filter((word) => word !== '')
  const numbers = words.map((word) => (/^[+-]?nan$/i.test(word) ? NaN : Number(word)))
  return numbers.some((value, i) => Number.isNaN(value) && !/nan/i.test(words[i])) ? undefined : numbers
}
