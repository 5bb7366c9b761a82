/**
 * Changes of intensity on one plane, in place: noise, brightness, contrast, gamma.
 *
 * @module
 */

interface Statistics {
  readonly mean: number
  readonly deviation: number
  readonly low: number
  readonly high: number
}

/** Mean, standard deviation (over n) and range. */
export function planeStatistics(plane: Float32Array): Statistics {
  let sum = 0
  let squares = 0
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < plane.length; i++) {
    const value = plane[i]
    sum += value
    squares += value * value
    if (value < low) low = value
    if (value > high) high = value
  }
  const mean = sum / plane.length
  return { mean, deviation: Math.sqrt(Math.max(0, squares / plane.length - mean * mean)), low, high }
}

/** Multiplies every value. */
export function changeBrightness(plane: Float32Array, factor: number): void {
  for (let i = 0; i < plane.length; i++) plane[i] *= factor
}

/** Stretches values about their mean; what leaves the former range is cut to it. */
export function changeContrast(plane: Float32Array, factor: number): void {
  const { mean, low, high } = planeStatistics(plane)
  for (let i = 0; i < plane.length; i++) plane[i] = Math.min(high, Math.max(low, mean + (plane[i] - mean) * factor))
}

/** Raises values, scaled to [0, 1] by their range, to a power; a constant plane stays as it is. */
export function changeGamma(plane: Float32Array, exponent: number): void {
  const { low, high } = planeStatistics(plane)
  const range = high - low
  if (!(range > 0)) return
  for (let i = 0; i < plane.length; i++) plane[i] = low + range * Math.pow((plane[i] - low) / range, exponent)
}

/**
 * Adds normal noise of `sigma` standard deviations of the plane, the same for the same seed.
 *
 * Box-Muller on mulberry32, both numbers of a pair used: this runs per voxel, where the named streams of
 * `@leanvox/random` would cost more than the rest of the augmentation together.
 */
export function addNoise(plane: Float32Array, { sigma, seed }: { sigma: number; seed: number }): void {
  const scale = sigma * planeStatistics(plane).deviation
  let state = seed | 0
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  for (let i = 0; i < plane.length; i += 2) {
    const radius = scale * Math.sqrt(-2 * Math.log(1 - uniform()))
    const angle = 2 * Math.PI * uniform()
    plane[i] += radius * Math.cos(angle)
    if (i + 1 < plane.length) plane[i + 1] += radius * Math.sin(angle)
  }
}
