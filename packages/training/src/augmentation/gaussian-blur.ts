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
  let blurred = Float32Array.from(plane)
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
  const block = length * inner
  for (let start = 0; start < data.length; start += block) {
    for (let k = 0; k < length; k++) {
      for (let distance = 0; distance < kernel.length; distance++) {
        const weight = distance === 0 ? kernel[0] / 2 : kernel[distance] // the middle is met from both sides
        const before = start + Math.max(0, k - distance) * inner
        const after = start + Math.min(length - 1, k + distance) * inner
        const to = start + k * inner
        for (let i = 0; i < inner; i++) out[to + i] += weight * (data[before + i] + data[after + i])
      }
    }
  }
  return out
}
