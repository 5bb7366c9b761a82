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
  kernel.forEach((value, distance) => {
    const weight = distance === 0 ? value / 2 : value // the middle is met from both sides
    const reach = distance * inner
    for (let start = 0; start < data.length; start += block) {
      const end = start + block
      const first = start + Math.min(reach, block)
      const last = Math.max(first, end - reach)
      // Between the edges both neighbours lie `reach` away: one straight loop.
      for (let i = first; i < last; i++) out[i] += weight * (data[i - reach] + data[i + reach])
      for (const [from, to] of [
        [start, first],
        [last, end],
      ]) {
        for (let i = from; i < to; i++) {
          const lane = (i - start) % inner
          out[i] += weight * (data[Math.max(start + lane, i - reach)] + data[Math.min(end - inner + lane, i + reach)])
        }
      }
    }
  })
  return out
}
