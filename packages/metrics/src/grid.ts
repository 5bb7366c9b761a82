/**
 * The voxel grid that masks lie on, and the check that they do.
 *
 * @module
 */
import { voxelCount, type Shape3, type Spacing } from '@leanvox/volume'
import { requireEqualLength, type MaskPair } from './mask-pair.ts'

/** The voxel grid that a mask lies on: shape in voxels and spacing in mm, both [depth, height, width]. */
export interface Grid {
  readonly shape: Shape3
  readonly spacing: Spacing
}

/** Throws RangeError, in the name of the function called, unless both masks fill the grid and its spacing is positive. */
export function requireGrid(pair: MaskPair, { shape, spacing }: Grid, caller: string): void {
  requireEqualLength(pair, caller)
  if (pair.reference.length !== voxelCount(shape)) {
    throw new RangeError(
      `${caller}: expected ${voxelCount(shape)} voxels for shape [${shape.join(', ')}], got ${pair.reference.length}`,
    )
  }
  if (!spacing.every((step) => step > 0 && Number.isFinite(step))) {
    throw new RangeError(`${caller}: expected positive spacing in mm, got [${spacing.join(', ')}]`)
  }
}
