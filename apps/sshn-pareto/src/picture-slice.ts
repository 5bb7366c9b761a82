/**
 * The slice of a case that pictures show, as bytes: the one with the most reference (the whole image in 2D).
 *
 * @module
 */
import type { PreparedCase } from '@leanvox/training'

/** `height * width * 3` bytes; each image is stretched from its smallest to its largest value, all channels alike. */
export function colourSlice(one: PreparedCase): Uint8Array {
  const { image, channels } = one
  const { area, start } = sliceOf(one)
  const voxels = image.length / channels
  let low = Infinity
  let high = -Infinity
  for (const value of image) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  const scale = high > low ? 255 / (high - low) : 0
  return Uint8Array.from({ length: area * 3 }, (_, i) => {
    // Anything but three channels is no photograph: its first channel is shown grey.
    const plane = channels === 3 ? (i % 3) * voxels : 0
    return Math.round((image[plane + start + Math.floor(i / 3)] - low) * scale)
  })
}

/** The label map's values on the same slice. */
export function labelSlice(one: PreparedCase, labelMap: Uint8Array): Uint8Array {
  const { area, start } = sliceOf(one)
  return labelMap.slice(start, start + area)
}

function sliceOf({ shape, label }: PreparedCase): { area: number; start: number } {
  const [depth, height, width] = shape
  const area = height * width
  let best = { count: -1, start: 0 }
  for (let z = 0; z < depth; z++) {
    const count = label.subarray(z * area, (z + 1) * area).reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0)
    if (count > best.count) best = { count, start: z * area }
  }
  return { area, start: best.start }
}
