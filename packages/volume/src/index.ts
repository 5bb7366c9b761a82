export {
  affineFromSpacing,
  invertAffine,
  multiplyAffines,
  scaleAffine,
  spacingOf,
  translateAffine,
  withOrigin,
  worldPosition,
} from './affine.ts'
export type { Affine, Box, Shape3, Spacing, Volume, VoxelData } from './types.ts'
export { createVolume, voxelCount } from './volume.ts'
