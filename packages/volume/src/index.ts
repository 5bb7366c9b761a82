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
export { crop, foregroundBox, padTo } from './box.ts'
export { connectedComponents, largestComponent, type Components, type Connectivity, type Mask } from './components.ts'
export { distanceTransform } from './distance-transform.ts'
export { fillHoles } from './fill-holes.ts'
export { windowIntensity, zScore } from './intensity.ts'
export { closing, dilate, erode, opening, type StructuringElement } from './morphology.ts'
export { nearestDistances, type SitesAndQueries } from './nearest-distances.ts'
export { packMask, type PackedMask } from './packed-mask.ts'
export { extractPatch, type Planes } from './patch.ts'
export { resample, type Interpolation, type ResampleSettings, type ResampleTarget } from './resample.ts'
export { toRasPlus } from './to-ras-plus.ts'
export type { Affine, Box, Shape3, Spacing, Volume, VoxelData } from './types.ts'
export { createVolume, voxelCount } from './volume.ts'
