/**
 * Joint distribution by Gaussian Parzen windows, as MONAI's global mutual information defines it: bin centres
 * linspace(0, 1, bins), sigma = half the distance of two centres, each voxel's weights exp(-(x - c)^2 / 2 sigma^2)
 * normalised over the bins, p(u, v) = mean over voxels of w_u w_v. Values are clamped to [0, 1].
 *
 * Departure: of each voxel's weights only the seven around the nearest centre are kept. Those left out are at least 3.5
 * centres away, below 1e-10, and a pair costs 49 products per voxel instead of bins squared.
 *
 * @module
 */
import { withMargins, type JointEstimator } from './joint-distribution.ts'

const TAPS = 7

/** For each voxel the first bin it touches and its weights from there on. */
export interface ParzenWeights {
  readonly first: Uint16Array
  readonly weights: Float32Array
}

/** An estimator with `bins` Gaussian windows (at least 2). */
export function parzenEstimator(bins: number): JointEstimator<ParzenWeights> {
  const taps = Math.min(TAPS, bins)
  return {
    prepare: (data) => parzenWeights(data, { bins, taps }),
    joint(a, b) {
      const joint = new Float64Array(bins * bins)
      for (let i = 0; i < a.first.length; i++) {
        const at = i * taps
        for (let s = 0; s < taps; s++) {
          const weight = a.weights[at + s]
          const row = (a.first[i] + s) * bins + b.first[i]
          for (let t = 0; t < taps; t++) joint[row + t] += weight * b.weights[at + t]
        }
      }
      for (let k = 0; k < joint.length; k++) joint[k] /= a.first.length
      return withMargins(joint, bins)
    },
  }
}

function parzenWeights(data: Float32Array, { bins, taps }: { bins: number; taps: number }): ParzenWeights {
  const first = new Uint16Array(data.length)
  const weights = new Float32Array(data.length * taps)
  for (let i = 0; i < data.length; i++) {
    const position = Math.max(0, Math.min(1, data[i])) * (bins - 1) // in units of centre distances
    first[i] = Math.max(0, Math.min(bins - taps, Math.round(position) - 3))
    let total = 0
    for (let s = 0; s < taps; s++) total += weightAt(position - first[i] - s)
    for (let s = 0; s < taps; s++) weights[i * taps + s] = weightAt(position - first[i] - s) / total
  }
  return { first, weights }
}

// sigma is half a centre distance, so 1 / (2 sigma^2) = 2.
function weightAt(distance: number): number {
  return Math.exp(-2 * distance * distance)
}
