/**
 * Voxels of label maps and masks as the frames of a segmentation.
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
export function packedLabels({ data, shape }: Volume, numbers: readonly number[]): SegFrames {
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

/** Masks that may overlap, one bit per voxel as above; anything but 0 is in. */
export function packedMasks(masks: readonly Volume[], numbers: readonly number[]): SegFrames {
  const { pixels, frames } = filledSlices(masks, { numbers, isIn: (value) => value !== 0 })
  const bytes = new Uint8Array(Math.ceil((frames.length * pixels) / 8))
  frames.forEach(({ slice, segment }, frame) => {
    const { data } = masks[numbers.indexOf(segment)]
    for (let i = 0, from = slice * pixels, bit = frame * pixels; i < pixels; i++, from++, bit++) {
      if (data[from] !== 0) bytes[bit >>> 3] |= 1 << (bit & 7)
    }
  })
  return { frames, bytes, bits: 1 }
}

/** The value of a voxel that belongs to the segment in whole. */
export const FULL_FRACTION = 255

/** Fractions in 255 steps, a byte per voxel; slices that round to nothing are left out. @throws RangeError outside 0 to 1 */
export function fractionFrames(masks: readonly Volume[], numbers: readonly number[]): SegFrames {
  for (const [i, { data }] of masks.entries()) {
    const odd = data.findIndex((value) => !(value >= 0 && value <= 1))
    if (odd >= 0) {
      const found = `${data[odd]} at voxel ${odd} of segment ${numbers[i]}`
      throw new RangeError(`encodeDicomSeg: expected fractions between 0 and 1, got ${found}`)
    }
  }
  const { pixels, frames } = filledSlices(masks, { numbers, isIn: (value) => stepOf(value) > 0 })
  const bytes = new Uint8Array(frames.length * pixels)
  frames.forEach(({ slice, segment }, frame) => {
    const { data } = masks[numbers.indexOf(segment)]
    for (let i = 0; i < pixels; i++) bytes[frame * pixels + i] = stepOf(data[slice * pixels + i])
  })
  return { frames, bytes, bits: 8 }
}

function stepOf(fraction: number): number {
  return Math.round(fraction * FULL_FRACTION)
}

interface FilledSlices {
  readonly pixels: number
  readonly frames: readonly { readonly slice: number; readonly segment: number }[]
}

/** The slices of each mask that have a voxel of it. */
function filledSlices(
  masks: readonly Volume[],
  { numbers, isIn }: { readonly numbers: readonly number[]; readonly isIn: (value: number) => boolean },
): FilledSlices {
  const [{ shape }] = masks
  const pixels = shape[1] * shape[2]
  const slices = Array.from({ length: shape[0] }, (_, slice) => slice)
  const frames = masks.flatMap(({ data }, i) =>
    slices
      .filter((slice) => data.subarray(slice * pixels, (slice + 1) * pixels).some(isIn))
      .map((slice) => ({ slice, segment: numbers[i] })),
  )
  return { pixels, frames: frames.length > 0 ? frames : [{ slice: 0, segment: numbers[0] }] }
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
