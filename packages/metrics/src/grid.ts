/**
 * The voxel grid that masks lie on, the check that they do, and whether it is an image.
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

/**
 * The axis along which a grid is an image and not a volume: the only one of a single voxel; -1 if there is none. A row
 * of voxels stays a volume, all of it surface.
 */
export function flatAxis(shape: Shape3): number {
  const flat = [0, 1, 2].filter((axis) => shape[axis] === 1)
  return flat.length === 1 ? flat[0] : -1
}
