/**
 * The bounding box of a label map's foreground with a margin, kept inside the image.
 *
 * @module
 */
import type { Box, Shape3 } from '@leanvox/volume'
import type { Field } from './region-resize.ts'

/** Smallest box that holds every voxel above zero, grown by `margin` voxels and clipped; undefined if there is none. */
export function labelBox({ data, shape }: Field, margin: number): Box | undefined {
  const low = [...shape]
  const high = [-1, -1, -1]
  for (let z = 0, i = 0; z < shape[0]; z++) {
    for (let y = 0; y < shape[1]; y++) {
      for (let x = 0; x < shape[2]; x++, i++) {
        if (!(data[i] > 0)) continue
        const position = [z, y, x]
        for (let axis = 0; axis < 3; axis++) {
          low[axis] = Math.min(low[axis], position[axis])
          high[axis] = Math.max(high[axis], position[axis])
        }
      }
    }
  }
  if (high[0] < 0) return undefined
  const start = low.map((value) => Math.max(0, value - margin))
  const size = start.map((value, axis) => Math.min(shape[axis] - 1, high[axis] + margin) - value + 1)
  return { start: triple(start), size: triple(size) }
}

function triple([depth, height, width]: readonly number[]): Shape3 {
  return [depth, height, width]
}
