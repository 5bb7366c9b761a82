/**
 * Joint distribution by counting: [0, 1] is cut into equal bins, the last one closed, as numpy.histogram does.
 *
 * Values outside [0, 1] fall into the outer bins. Preparing a volume stores one bin index per voxel; a pair then costs
 * one increment per voxel.
 *
 * @module
 */
import { withMargins, type JointEstimator } from './joint-distribution.ts'

/** An estimator with `bins` equal bins (2 to 65536). */
export function histogramEstimator(bins: number): JointEstimator<Uint16Array> {
  return {
    prepare: (data) => Uint16Array.from(data, (value) => Math.max(0, Math.min(bins - 1, Math.floor(value * bins)))),
    joint(a, b) {
      const counts = new Float64Array(bins * bins)
      for (let i = 0; i < a.length; i++) counts[a[i] * bins + b[i]]++
      for (let k = 0; k < counts.length; k++) counts[k] /= a.length
      return withMargins(counts, bins)
    },
  }
}
