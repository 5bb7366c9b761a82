/**
 * Patch sizes: a 2D network takes `[height, width]`, a 3D network `[depth, height, width]`; inside, a 2D patch is a 3D
 * patch of depth 1.
 *
 * @module
 */
import type { Shape3 } from '@leanvox/volume'

/** Whole positive sizes, two for a 2D network and three for a 3D one. */
export type PatchSize = readonly number[]

/**
 * The patch as a box of voxels.
 *
 * @throws RangeError for sizes that are not whole and positive or not as many as `dimensions`
 */
export function patchShape(patchSize: PatchSize, dimensions: 2 | 3): Shape3 {
  if (patchSize.length !== dimensions || !patchSize.every((size) => Number.isSafeInteger(size) && size >= 1)) {
    throw new RangeError(`patchShape: expected ${dimensions} whole sizes of at least 1, got [${patchSize}]`)
  }
  return dimensions === 2 ? [1, patchSize[0], patchSize[1]] : [patchSize[0], patchSize[1], patchSize[2]]
}
