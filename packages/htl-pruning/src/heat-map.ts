/**
 * From a heat map to a mask and a box: a threshold by Otsu 1979 or at a fraction of the largest value, and the largest
 * connected part (Zhou et al. 2016 take 20 % of the maximum and the largest part).
 *
 * Otsu's threshold splits the histogram so that the variance between the two classes, w0 w1 (m0 - m1)^2, is largest.
 *
 * @module
 */
import { boxOfMask } from '@leanvox/metrics'
import { createVolume, largestComponent, type Box, type Shape3 } from '@leanvox/volume'

/** A map over an image. */
export interface HeatMap {
  readonly data: Float32Array
  /** `[depth, height, width]`; depth 1 for 2D. */
  readonly shape: Shape3
}

export interface HeatMapOptions {
  /** 'otsu' (the default), or the fraction in (0, 1) of the largest value from which on a voxel belongs to the mask. */
  readonly threshold?: 'otsu' | number
  /** Default 'largest': the largest 8-connected (3D: 26-connected) part only. */
  readonly component?: 'largest' | 'all'
}

/**
 * Scales to [0, 1] by the smallest and largest value; a constant map becomes zeros.
 */
export function normaliseHeatMap(data: Float32Array): Float32Array {
  const { low, high } = rangeOf(data)
  return high > low ? data.map((value) => (value - low) / (high - low)) : new Float32Array(data.length)
}

/**
 * Otsu's threshold over a histogram of `bins` equal bins from the smallest to the largest value: foreground is what
 * exceeds it. Of equally good splits the lowest. A constant map gives its value, so that nothing exceeds it.
 */
export function otsuThreshold(data: Float32Array, { bins = 256 }: { readonly bins?: number } = {}): number {
  const { low, high } = rangeOf(data)
  if (!(high > low)) return high
  const counts = new Float64Array(bins)
  for (const value of data) counts[Math.min(bins - 1, Math.floor((bins * (value - low)) / (high - low)))]++
  const total = counts.reduce((sum, count, bin) => sum + count * bin, 0)
  let best = { bin: 0, variance: -1 }
  for (let bin = 0, below = 0, sumBelow = 0; bin < bins - 1; bin++) {
    below += counts[bin]
    sumBelow += counts[bin] * bin
    const above = data.length - below
    if (below === 0 || above === 0) continue
    const variance = below * above * (sumBelow / below - (total - sumBelow) / above) ** 2
    if (variance > best.variance) best = { bin, variance }
  }
  return low + ((best.bin + 1) * (high - low)) / bins
}

/**
 * The mask of a heat map, 1 inside. Empty where no value is positive (fraction) or all are equal (Otsu).
 *
 * @throws RangeError for a fraction outside (0, 1) or data that do not fit the shape
 */
export function heatMapToMask({ data, shape }: HeatMap, options: HeatMapOptions = {}): Uint8Array {
  const { threshold = 'otsu', component = 'largest' } = options
  const hot = threshold === 'otsu' ? aboveOtsu(data) : aboveFraction(data, threshold)
  return component === 'largest' ? largestComponent(createVolume({ data: hot, shape })).data : hot
}

/** The box around {@link heatMapToMask}, null for an empty mask. */
export function heatMapToBox(map: HeatMap, options: HeatMapOptions = {}): Box | null {
  return boxOfMask(heatMapToMask(map, options), { shape: map.shape })
}

function aboveOtsu(data: Float32Array): Uint8Array {
  const threshold = otsuThreshold(data)
  return Uint8Array.from(data, (value) => (value > threshold ? 1 : 0))
}

function aboveFraction(data: Float32Array, fraction: number): Uint8Array {
  if (!(fraction > 0 && fraction < 1)) {
    throw new RangeError(`heatMapToMask: expected 'otsu' or a fraction between 0 and 1, got ${String(fraction)}`)
  }
  const { high } = rangeOf(data)
  return Uint8Array.from(data, (value) => (high > 0 && value >= fraction * high ? 1 : 0))
}

function rangeOf(data: Float32Array): { low: number; high: number } {
  let low = Infinity
  let high = -Infinity
  for (const value of data) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return { low, high }
}
