/**
 * Making volumes: one checked constructor, and the voxel count of a shape.
 *
 * @module
 */
import { affineFromSpacing, spacingOf } from './affine.ts'
import { assertAffine, assertLength, assertShape, assertSpacing, list } from './checks.ts'
import type { Affine, Shape3, Spacing, Volume, VoxelData } from './types.ts'

/** Spacing given beside an affine may differ from it by this share: headers keep both, rounded to 32 bits. */
const SPACING_TOLERANCE = 1e-3

/** The number of voxels of a shape. */
export function voxelCount(shape: Shape3): number {
  return shape[0] * shape[1] * shape[2]
}

/**
 * A volume from its parts. The data array is kept, not copied; its values (non-finite ones too) are not looked at.
 *
 * Without `affine` the volume is axis-aligned with its origin at voxel (0, 0, 0); without `spacing` the affine gives it;
 * without both it is 1 mm. With both, the affine decides and `spacing` must agree with it to 0.1 %.
 *
 * @throws RangeError for a shape that does not fit the data, a bad spacing or affine, or two that disagree
 *
 * @example
 * createVolume({ data: new Uint8Array(24), shape: [2, 3, 4], spacing: [5, 1, 1] }).affine[10] // => 5
 */
export function createVolume<D extends VoxelData>(parts: {
  readonly data: D
  readonly shape: Shape3
  readonly spacing?: Spacing
  readonly affine?: Affine
}): Volume<D> {
  const { data, shape, spacing, affine } = parts
  assertShape(shape, 'createVolume')
  assertLength(data, shape, 'createVolume')
  if (spacing) assertSpacing(spacing, 'createVolume')
  if (!affine) {
    const step = spacing ?? [1, 1, 1]
    return { data, shape: [...shape], spacing: [...step], affine: affineFromSpacing(step) }
  }
  assertAffine(affine, 'createVolume')
  const own = spacingOf(affine)
  if (spacing?.some((step, axis) => Math.abs(step - own[axis]) > SPACING_TOLERANCE * own[axis])) {
    throw new RangeError(`createVolume: expected spacing ${list(own)} as in the affine, got ${list(spacing)}`)
  }
  return { data, shape: [...shape], spacing: own, affine: [...affine] }
}
