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
  const lines = data.length / (length * inner)
  for (let line = 0; line < lines; line++) {
    for (let low = 0, high = length - 1; low < high; low++, high--) {
      let a = (line * length + low) * inner
      let b = (line * length + high) * inner
      for (const end = a + inner; a < end; a++, b++) {
        const kept = data[a]
        data[a] = data[b]
        data[b] = kept
      }
    }
  }
}
