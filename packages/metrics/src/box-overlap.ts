/**
 * Upright boxes around masks and their overlap: IoU = |A ∩ B| / |A ∪ B| in voxels, the score of localisation
 * (Everingham 2010, Pascal VOC counts a hit from 0.5).
 *
 * A mask without foreground has no box: `boxOfMask` gives null, and what that is worth (usually a miss, 0) is the
 * caller's decision, so `boxIou` takes boxes only.
 *
 * @module
 */
import { voxelCount, type Box, type Shape3 } from '@leanvox/volume'
import { jointBox } from './joint-box.ts'

/**
 * The smallest box with every non-zero voxel of a [depth, height, width] mask; null for an empty mask.
 *
 * @throws RangeError if the mask does not have the shape's number of voxels.
 * @example
 * boxOfMask([0, 1, 1, 0], { shape: [1, 1, 4] }) // => { start: [0, 0, 1], size: [1, 1, 2] }
 */
export function boxOfMask(mask: ArrayLike<number>, { shape }: { readonly shape: Shape3 }): Box | null {
  const count = voxelCount(shape)
  if (mask.length !== count) {
    throw new RangeError(`boxOfMask: expected ${count} voxels for shape [${shape.join(', ')}], got ${mask.length}`)
  }
  return jointBox({ prediction: mask, reference: mask }, shape) ?? null
}

/**
 * Intersection over union of two boxes, in [0, 1]; symmetric; NaN if both hold no voxel, 0 if one does not.
 *
 * @example
 * boxIou({ start: [0, 0, 0], size: [1, 2, 2] }, { start: [0, 0, 1], size: [1, 2, 2] }) // => 1 / 3
 */
export function boxIou(a: Box, b: Box): number {
  let shared = 1
  for (const axis of [0, 1, 2]) {
    const low = Math.max(a.start[axis], b.start[axis])
    const high = Math.min(a.start[axis] + a.size[axis], b.start[axis] + b.size[axis])
    shared *= Math.max(0, high - low)
  }
  return shared / (voxelCount(a.size) + voxelCount(b.size) - shared)
}
