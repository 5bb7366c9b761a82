/**
 * Mirrors an array in place along one axis.
 *
 * @module
 */
import type { Shape3 } from '@leanvox/volume'

/** Reverses `axis` (0 depth, 1 height, 2 width) of `[..., depth, height, width]` in place, leading axes included. */
export function flipAxis(data: Float32Array | Uint8Array, { shape, axis }: { shape: Shape3; axis: 0 | 1 | 2 }): void {
  const length = shape[axis]
  const inner = axis === 2 ? 1 : axis === 1 ? shape[2] : shape[1] * shape[2]
  const block = length * inner
  const kept = data.slice(0, inner)
  for (let start = 0; start < data.length; start += block) {
    if (inner === 1) {
      data.subarray(start, start + block).reverse()
      continue
    }
    for (let low = start, high = start + block - inner; low < high; low += inner, high -= inner) {
      kept.set(data.subarray(low, low + inner))
      data.copyWithin(low, high, high + inner)
      data.set(kept, high)
    }
  }
}
