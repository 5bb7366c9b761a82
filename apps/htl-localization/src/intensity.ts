/**
 * How image values are brought to a network.
 *
 * @module
 */
import { createVolume, zScore } from '@leanvox/volume'
import type { PreparedCase } from '@leanvox/training'

export type Intensity = 'none' | 'centred' | 'z-score'

/**
 * Copies of images whose values are in [0, 1]: as they are; from -2 to 2, about the spread that networks are initialised
 * for, colours kept comparable; or each channel of each image with zero mean and unit variance.
 */
export function withIntensity(cases: readonly PreparedCase[], intensity: Intensity): PreparedCase[] {
  if (intensity === 'none') return [...cases]
  const change = intensity === 'centred' ? centred : standardised
  return cases.map((one) => ({ ...one, image: change(one) }))
}

function centred({ image }: PreparedCase): Float32Array {
  return image.map((value) => 4 * (value - 0.5))
}

function standardised({ image, shape, channels }: PreparedCase): Float32Array {
  const size = image.length / channels
  const result = new Float32Array(image.length)
  for (let channel = 0; channel < channels; channel++) {
    const plane = image.subarray(channel * size, (channel + 1) * size)
    result.set(zScore(createVolume({ data: plane, shape })).data, channel * size)
  }
  return result
}
