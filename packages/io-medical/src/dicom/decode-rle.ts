/**
 * DICOM RLE (PS3.5, annex G): PackBits in one segment per byte of a sample, most significant byte first, samples one
 * after another.
 *
 * @module
 */
import type { FrameFormat, Samples } from './frame-format.ts'
import { refuse } from './refuse.ts'

const HEADER_BYTES = 64

/** Samples of one RLE frame, pixel by pixel. @throws MedicalImageError (bad-dicom, truncated) */
export function decodeRle(bytes: Uint8Array, format: FrameFormat): Samples {
  const { pixels, samples, bitsAllocated, name } = format
  const width = Math.max(1, bitsAllocated >>> 3)
  const starts = segmentStarts(bytes, samples * width, name)
  const length = pixels * samples * width
  const data = format.into?.length === length ? format.into : new Uint8Array(length)
  for (let segment = 0; segment < starts.length; segment++) {
    const sample = Math.floor(segment / width)
    const significance = width - 1 - (segment % width)
    const packed = bytes.subarray(starts[segment], starts[segment + 1])
    unpack(packed, { data, first: sample * width + significance, step: samples * width }, format)
  }
  return { data, width: width as Samples['width'], planar: false }
}

function segmentStarts(bytes: Uint8Array, expected: number, name: string): number[] {
  if (bytes.length < HEADER_BYTES) {
    refuse(name, { code: 'truncated', expected: 'an RLE header of 64 bytes', found: `${bytes.length} bytes` })
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const count = view.getUint32(0, true)
  if (count !== expected)
    refuse(name, { code: 'bad-dicom', expected: `${expected} RLE segments`, found: String(count) })
  const starts = Array.from({ length: count }, (_, i) => view.getUint32(4 + 4 * i, true))
  if (starts.some((start, i) => start < (starts[i - 1] ?? HEADER_BYTES) || start > bytes.length)) {
    refuse(name, { code: 'bad-dicom', expected: 'RLE segments in order', found: starts.join(', ') })
  }
  return starts
}

interface Plane {
  readonly data: Uint8Array
  readonly first: number
  readonly step: number
}

function unpack(packed: Uint8Array, { data, first, step }: Plane, { name }: FrameFormat): void {
  let to = first
  let at = 0
  while (to < data.length) {
    if (at + 1 >= packed.length)
      refuse(name, { code: 'truncated', expected: `${data.length} bytes of pixels`, found: 'fewer in RLE' })
    const control = packed[at++]
    if (control < 128) {
      const end = Math.min(at + control + 1, packed.length)
      for (; at < end && to < data.length; to += step) data[to] = packed[at++]
    } else if (control > 128) {
      const value = packed[at++]
      for (let left = 257 - control; left > 0 && to < data.length; left--, to += step) data[to] = value
    }
  }
}
