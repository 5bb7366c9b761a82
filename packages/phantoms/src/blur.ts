/**
 * Gaussian blur along each axis, borders repeated, kernels cut at three standard deviations.
 *
 * @module
 */
import type { Shape3 } from '@leanvox/volume'

/** A blurred copy; `deviations` are in voxels, [depth, height, width], and 0 leaves an axis alone. */
export function blur(data: Float32Array, shape: Shape3, deviations: Shape3): Float32Array {
  let current = Float32Array.from(data)
  for (const axis of [0, 1, 2]) {
    if (deviations[axis] > 0) current = blurAxis(current, shape, { axis, kernel: gaussian(deviations[axis]) })
  }
  return current
}

function gaussian(deviation: number): Float64Array {
  const reach = Math.ceil(3 * deviation)
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-0.5 * ((i - reach) / deviation) ** 2),
  )
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / total)
}

function blurAxis(
  data: Float32Array,
  shape: Shape3,
  { axis, kernel }: { axis: number; kernel: Float64Array },
): Float32Array<ArrayBuffer> {
  const extent = shape[axis]
  const inner = axis === 2 ? 1 : axis === 1 ? shape[2] : shape[1] * shape[2]
  const reach = (kernel.length - 1) / 2
  const out = new Float32Array(data.length)
  for (let block = 0; block < data.length; block += extent * inner) {
    for (let p = 0; p < extent; p++) {
      const to = block + p * inner
      for (let k = 0; k < kernel.length; k++) {
        const weight = kernel[k]
        const from = block + Math.min(Math.max(p + k - reach, 0), extent - 1) * inner
        for (let i = 0; i < inner; i++) out[to + i] += weight * data[from + i]
      }
    }
  }
  return out
}
