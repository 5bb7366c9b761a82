/**
 * A label map's voxels as the frames of a segmentation.
 *
 * @module
 */
import type { Volume } from '@leanvox/volume'

/** Frames to write, and their pixel data. */
export interface SegFrames {
  /** Of label maps, null as segment. */
  readonly frames: readonly { readonly slice: number; readonly segment: number | null }[]
  readonly bytes: Uint8Array
  readonly bits: 1 | 8 | 16
}

/** One bit per voxel, lowest first, frames joined without padding; slices without a voxel are left out. */
export function packedMasks({ data, shape }: Volume, numbers: readonly number[]): SegFrames {
  const pixels = shape[1] * shape[2]
  const present = presentSlices(data, pixels, numbers)
  const frames = numbers.flatMap((segment) => (present.get(segment) ?? []).map((slice) => ({ slice, segment })))
  if (frames.length === 0) frames.push({ slice: 0, segment: numbers[0] }) // a file without frames is no image
  const bytes = new Uint8Array(Math.ceil((frames.length * pixels) / 8))
  frames.forEach(({ slice, segment }, frame) => {
    for (let i = 0, from = slice * pixels, bit = frame * pixels; i < pixels; i++, from++, bit++) {
      if (data[from] === segment) bytes[bit >>> 3] |= 1 << (bit & 7)
    }
  })
  return { frames, bytes, bits: 1 }
}

/** The values themselves, every slice. */
export function labelFrames({ data, shape }: Volume, numbers: readonly number[]): SegFrames {
  presentSlices(data, shape[1] * shape[2], numbers)
  const wide = numbers.some((number) => number > 255)
  const values = wide ? Uint16Array.from(data) : Uint8Array.from(data)
  const frames = Array.from({ length: shape[0] }, (_, slice) => ({ slice, segment: null }))
  return { frames, bytes: new Uint8Array(values.buffer), bits: wide ? 16 : 8 }
}

/** Slices on which each segment has voxels. @throws RangeError for a voxel without a segment */
function presentSlices(data: ArrayLike<number>, pixels: number, numbers: readonly number[]): Map<number, number[]> {
  const present = new Map<number, number[]>(numbers.map((number) => [number, []]))
  for (let i = 0, previous = 0; i < data.length; i++) {
    if (i % pixels === 0) previous = 0 // a new slice
    if (data[i] === 0 || data[i] === previous) continue
    previous = data[i]
    const slices = present.get(previous)
    if (!slices)
      throw new RangeError(
        `encodeDicomSeg: expected a segment for every voxel, got none for value ${previous} at voxel ${i}`,
      )
    const slice = Math.floor(i / pixels)
    if (slices[slices.length - 1] !== slice) slices.push(slice)
  }
  return present
}
