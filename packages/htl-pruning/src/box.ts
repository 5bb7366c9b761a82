/**
 * Boxes around masks and how much two of them overlap.
 *
 * @module
 */
import type { Box, Shape3 } from '@leanvox/volume'

/** The smallest box around the voxels that are not zero; null for none. */
export function boxOfMask(mask: ArrayLike<number>, { shape }: { readonly shape: Shape3 }): Box | null {
  const [, height, width] = shape
  const low = [Infinity, Infinity, Infinity]
  const high = [-1, -1, -1]
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0) continue
    const place = [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width]
    place.forEach((at, axis) => {
      low[axis] = Math.min(low[axis], at)
      high[axis] = Math.max(high[axis], at)
    })
  }
  if (high[0] < 0) return null
  const size = (axis: number) => high[axis] - low[axis] + 1
  return { start: [low[0], low[1], low[2]], size: [size(0), size(1), size(2)] }
}

/** Volume of the intersection over volume of the union. */
export function boxIou(a: Box, b: Box): number {
  const volume = ({ size }: Box) => size[0] * size[1] * size[2]
  const shared = [0, 1, 2].reduce((product, axis) => {
    const end = Math.min(a.start[axis] + a.size[axis], b.start[axis] + b.size[axis])
    return product * Math.max(0, end - Math.max(a.start[axis], b.start[axis]))
  }, 1)
  return shared / (volume(a) + volume(b) - shared)
}
