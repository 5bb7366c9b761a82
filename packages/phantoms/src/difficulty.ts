/**
 * How hard a phantom is, in numbers known because we made it.
 *
 * @module
 */
import { distanceTransform, type Shape3, type Spacing } from '@leanvox/volume'
import type { Site } from './site.ts'

/** Known difficulty of one phantom; intensities in HU as the site shows them. */
export interface Difficulty {
  /** Voxels of label 1. */
  readonly organVoxels: number
  /** Volume of label 1 in mm³. */
  readonly organMm3: number
  /** Voxels of label 2. */
  readonly lesionVoxels: number
  /** Noise-free mean of label 1 minus that of the voxels less than 6 mm (and at least one voxel) around the organ. */
  readonly contrast: number
  /** Noise-free mean of label 2 minus that of label 1; NaN without lesions. */
  readonly lesionContrast: number
  /** Noise-free standard deviation inside label 1: its texture and its blurred rim. */
  readonly organDeviation: number
  /** Standard deviation of the noise. */
  readonly noise: number
  /** |contrast| / noise; Infinity without noise. */
  readonly contrastToNoise: number
  /** In-plane blur, standard deviation in mm. */
  readonly blurMm: number
}

/** Measures a phantom on its noise-free image. */
export function measureDifficulty(
  clean: Float32Array,
  { label, shape, spacing }: { readonly label: Uint8Array; readonly shape: Shape3; readonly spacing: Spacing },
  site: Site,
): Difficulty {
  const organ = statistics(clean, (i) => label[i] === 1)
  const lesion = statistics(clean, (i) => label[i] === 2)
  const away = distanceTransform({ data: label, shape }, { spacing })
  const reach = Math.max(6, ...spacing)
  const around = statistics(clean, (i) => label[i] === 0 && away[i] <= reach)
  const contrast = organ.mean - around.mean
  return {
    organVoxels: organ.count,
    organMm3: organ.count * spacing[0] * spacing[1] * spacing[2],
    lesionVoxels: lesion.count,
    contrast,
    lesionContrast: lesion.mean - organ.mean,
    organDeviation: organ.deviation,
    noise: site.noise,
    contrastToNoise: Math.abs(contrast) / site.noise,
    blurMm: site.blurMm,
  }
}

function statistics(values: Float32Array, belongs: (index: number) => boolean) {
  let count = 0
  let sum = 0
  let squares = 0
  for (let i = 0; i < values.length; i++) {
    if (!belongs(i)) continue
    count++
    sum += values[i]
    squares += values[i] * values[i]
  }
  const mean = sum / count
  return { count, mean, deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)) }
}
