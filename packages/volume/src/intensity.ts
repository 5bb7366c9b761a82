/**
 * Intensity normalisation: a window as for CT, and the z-score as for MRI.
 *
 * @module
 */
import { assertLength } from './checks.ts'
import type { Volume } from './types.ts'

/**
 * Maps [low, high] linearly to [0, 1] and clamps what lies outside.
 *
 * -Infinity gives 0, Infinity gives 1, NaN stays NaN.
 *
 * @throws RangeError unless low < high and both are finite
 *
 * @example
 * windowIntensity(ct, { low: -160, high: 240 }) // soft tissue
 */
export function windowIntensity(
  volume: Volume,
  { low, high }: { readonly low: number; readonly high: number },
): Volume<Float32Array> {
  if (!(Number.isFinite(low) && Number.isFinite(high) && low < high)) {
    throw new RangeError(`windowIntensity: expected finite low < high, got low ${low} and high ${high}`)
  }
  const { data } = volume
  const out = new Float32Array(data.length)
  const width = high - low
  for (let i = 0; i < data.length; i++) out[i] = Math.min(Math.max((data[i] - low) / width, 0), 1)
  return { ...volume, data: out }
}

/**
 * Subtracts the mean and divides by the (population) standard deviation, both over the finite voxels, or over those of
 * them where `mask` is non-zero; every voxel is transformed, inside the mask or not.
 *
 * A constant image and a mask without finite voxels give zeros. Non-finite voxels are left as they are.
 *
 * @throws RangeError when the mask is not as long as the data
 */
export function zScore(
  volume: Volume,
  { mask }: { readonly mask?: ArrayLike<number> | undefined } = {},
): Volume<Float32Array> {
  if (mask) assertLength(mask, volume.shape, 'zScore')
  const { data } = volume
  const { mean, deviation } = moments(data, mask)
  const out = new Float32Array(data.length)
  for (let i = 0; i < data.length; i++) {
    const value = data[i]
    if (!Number.isFinite(value)) out[i] = value
    else out[i] = deviation > 0 ? (value - mean) / deviation : 0
  }
  return { ...volume, data: out }
}

function moments(data: ArrayLike<number>, mask: ArrayLike<number> | undefined): { mean: number; deviation: number } {
  let count = 0
  let sum = 0
  for (let i = 0; i < data.length; i++) {
    if ((mask && !mask[i]) || !Number.isFinite(data[i])) continue
    count++
    sum += data[i]
  }
  const mean = sum / count
  let squares = 0
  for (let i = 0; i < data.length; i++) {
    if ((mask && !mask[i]) || !Number.isFinite(data[i])) continue
    squares += (data[i] - mean) ** 2
  }
  const deviation = Math.sqrt(squares / count)
  // A constant of, say, 0.1 leaves a deviation of rounding errors: relative to the mean it is nothing.
  return { mean, deviation: deviation > 1e-12 * Math.abs(mean) ? deviation : 0 }
}
