/**
 * The smallest box that holds the foreground of both masks: all that surface distances depend on.
 *
 * @module
 */
import type { Box, Shape3 } from '@leanvox/volume'
import type { MaskPair } from './mask-pair.ts'

/** Bounding box of both masks' non-zero voxels; undefined if both are empty. */
export function jointBox({ prediction, reference }: MaskPair, shape: Shape3): Box | undefined {
  const [depth, height, width] = shape
  const low = [depth, height, width]
  const high = [-1, -1, -1]
  for (let z = 0, i = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        if (prediction[i] === 0 && reference[i] === 0) continue
        if (z < low[0]) low[0] = z
        if (y < low[1]) low[1] = y
        if (x < low[2]) low[2] = x
        if (z > high[0]) high[0] = z
        if (y > high[1]) high[1] = y
        if (x > high[2]) high[2] = x
      }
    }
  }
  if (high[0] < 0) return undefined
  return {
    start: [low[0], low[1], low[2]],
    size: [high[0] - low[0] + 1, high[1] - low[1] + 1, high[2] - low[2] + 1],
  }
}
