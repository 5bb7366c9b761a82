/**
 * Applies one draw to a patch: rotation and zoom in one resampling, noise, blur, brightness, contrast, gamma, flips
 * (nnU-Net's order). Intensity changes use each channel's own statistics and leave the label alone.
 *
 * @module
 */
import type { Shape3, Spacing } from '@leanvox/volume'
import { extractPatch, type Patch } from '../patches/patch.ts'
import { affineMatrix, matrixReach } from './affine-matrix.ts'
import { affinePatch } from './affine-patch.ts'
import type { Augmentation } from './draw-augmentation.ts'
import { flipAxis } from './flip-axis.ts'
import { gaussianBlur } from './gaussian-blur.ts'
import { addNoise, changeBrightness, changeContrast, changeGamma } from './intensity.ts'

/**
 * The augmented patch; the given one is left as it is.
 *
 * @param options.size of the result, default that of the patch; a larger patch gives rotation and zoom image to read
 *   beyond the result's edge (see `augmentationMargin`), a patch cut to its middle otherwise
 */
export function applyAugmentation(
  patch: Patch,
  augmentation: Augmentation,
  { size = patch.shape }: { size?: Shape3 } = {},
): Patch {
  const placed = augmentation.affine
    ? affinePatch(patch, { matrix: affineMatrix(augmentation.affine, { size, spacing: patch.spacing }), size })
    : extractPatch(patch, { start: middle(patch.shape, size), size })
  const voxels = size[0] * size[1] * size[2]
  for (let channel = 0; channel < patch.channels; channel++) {
    changeIntensity(placed.image.subarray(channel * voxels, (channel + 1) * voxels), { augmentation, size })
  }
  for (const axis of [0, 1, 2] as const) {
    if (!augmentation.flip[axis]) continue
    flipAxis(placed.image, { shape: size, axis })
    flipAxis(placed.label, { shape: size, axis })
  }
  return placed
}

/** How much larger than `size`, on each side, a patch must be cut so that the draw reads no padding of its own. */
export function augmentationMargin(
  { affine }: Augmentation,
  { size, spacing }: { size: Shape3; spacing: Spacing },
): Shape3 {
  return affine ? matrixReach(affineMatrix(affine, { size, spacing }), size) : [0, 0, 0]
}

function changeIntensity(
  plane: Float32Array,
  { augmentation, size }: { augmentation: Augmentation; size: Shape3 },
): void {
  const { noise, blur, brightness, contrast, gamma } = augmentation
  if (noise) addNoise(plane, noise)
  if (blur) plane.set(gaussianBlur(plane, { shape: size, sigma: blur.sigma }))
  if (brightness !== null) changeBrightness(plane, brightness)
  if (contrast !== null) changeContrast(plane, contrast)
  if (gamma !== null) changeGamma(plane, gamma)
}

function middle(shape: Shape3, size: Shape3): Shape3 {
  return [(shape[0] - size[0]) >> 1, (shape[1] - size[1]) >> 1, (shape[2] - size[2]) >> 1]
}
