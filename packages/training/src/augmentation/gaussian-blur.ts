/**
 * Separable Gaussian blur in voxels, kernel cut at three standard deviations and normalised, edges repeated.
 *
 * @module
 */
import type { Shape3 } from '@leanvox/volume'

/** Blurs one plane `[depth, height, width]`; axes of length 1 are left alone. A sigma of 0 gives a copy. */
export function gaussianBlur(
  plane: Float32Array,
  { shape, sigma }: { shape: Shape3; sigma: number },
): Float32Array<ArrayBuffer> {
  const kernel = halfKernel(sigma)
  let blurred: Float32Array<ArrayBuffer> = new Float32Array(plane)
  shape.forEach((length, axis) => {
    if (length === 1) return
    const inner = shape.slice(axis + 1).reduce((product, size) => product * size, 1)
    blurred = blurAxis(blurred, { length, inner, kernel })
  })
  return blurred
}

/** Weights at distance 0, 1, ... */
function halfKernel(sigma: number): number[] {
  if (sigma === 0) return [1]
  const half = Array.from({ length: Math.ceil(3 * sigma) + 1 }, (_, i) => Math.exp(-0.5 * (i / sigma) ** 2))
  const total = half.reduce((sum, weight, i) => sum + (i === 0 ? weight : 2 * weight), 0)
  return half.map((weight) => weight / total)
}

function blurAxis(
  data: Float32Array,
  { length, inner, kernel }: { length: number; inner: number; kernel: readonly number[] },
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(data.length)
  const reach = kernel.length - 1
  // One line along the axis after the other, with its ends repeated, so that no voxel asks where the edge is.
  const line = new Float64Array(length + 2 * reach)
  const block = length * inner
  for (let start = 0; start < data.length; start += block) {
    for (let lane = start; lane < start + inner; lane++) {
      for (let i = 0, from = lane; i < length; i++, from += inner) line[reach + i] = data[from]
      line.fill(line[reach], 0, reach)
      line.fill(line[reach + length - 1], reach + length)
      for (let i = 0, to = lane; i < length; i++, to += inner) {
        let sum = kernel[0] * line[reach + i]
        for (let d = 1; d <= reach; d++) sum += kernel[d] * (line[reach + i - d] + line[reach + i + d])
        out[to] = sum
      }
    }
  }
  return out
}
