/**
 * Resampling onto another spacing or another grid.
 *
 * Conventions. Voxels are boxes: voxel i of an axis covers [i - 1/2, i + 1/2]. With `spacing`, the edge of the first
 * voxel stays where it is, the new extent is round(old extent · old spacing / new spacing), at least 1, and output voxel
 * o takes its value at the input position (o + 1/2) · new / old - 1/2; the affine moves accordingly, so world positions
 * stay right. With `shape` and `affine`, each output voxel takes the value at its own world position. Positions beyond
 * the outermost voxel centres are clamped to them; the cubic spline is that of the image continued by its border voxels
 * (spline.ts), so that near the border it may leave their range. Nothing is smoothed before downsampling.
 *
 * Grids parallel to the input's are sampled one axis at a time (the result is that of trilinear or tricubic
 * interpolation up to float32 rounding between passes), oblique ones voxel by voxel, and labels by their shares.
 *
 * @module
 */
import { invertAffine, multiplyAffines, scaleAffine, spacingOf, translateAffine } from './affine.ts'
import { assertAffine, assertLength, assertShape, assertSpacing } from './checks.ts'
import { sampleLabels } from './sample-labels.ts'
import { sampleOblique } from './sample-oblique.ts'
import { isParallel, sampleParallel } from './sample-parallel.ts'
import { allocateLike } from './typed-array.ts'
import type { Affine, Shape3, Spacing, Volume, VoxelData } from './types.ts'

const INTERPOLATIONS: readonly Interpolation[] = ['linear', 'cubic', 'nearest', 'label']

/** Where to sample: a spacing in mm, or a grid in full. */
export type ResampleTarget = { readonly spacing: Spacing } | { readonly shape: Shape3; readonly affine: Affine }

/**
 * How values between voxel centres come about. For images: 'linear', or 'cubic', the interpolating B-spline of order 3,
 * which keeps more detail and may leave the range of the voxels. For label maps: 'nearest' (half-way positions go to the
 * higher index), or 'label': every label's indicator is interpolated linearly and the largest share wins (of equal ones
 * the smallest label), which makes smoother outlines.
 */
export type Interpolation = 'linear' | 'cubic' | 'nearest' | 'label'

/** How to sample. */
export interface ResampleSettings<I extends Interpolation = Interpolation> {
  /** Default 'linear'. */
  readonly interpolation?: I
  /** Value of output voxels whose centre lies outside the input's extent; left out, they are clamped to its border. */
  readonly outside?: number
}

/**
 * The volume on another grid: Float32Array for linear and cubic interpolation, the input's own type for labels.
 *
 * A non-finite voxel spreads to the output voxels that give it a weight above zero; with 'cubic' to its whole row,
 * column and stack.
 *
 * @throws RangeError for an unknown interpolation, a spacing, shape or affine that is no grid, or data that do not fit the shape
 *
 * @example
 * resample(image, { spacing: [1, 1, 1] }) // isotropic
 * resample(labelMap, { shape: image.shape, affine: image.affine, interpolation: 'nearest', outside: 0 })
 */
export function resample<D extends VoxelData>(
  volume: Volume<D>,
  options: ResampleTarget & ResampleSettings<'nearest' | 'label'> & { readonly interpolation: 'nearest' | 'label' },
): Volume<D>
export function resample(
  volume: Volume,
  options: ResampleTarget & ResampleSettings<'linear' | 'cubic'>,
): Volume<Float32Array>
export function resample(volume: Volume, options: ResampleTarget & ResampleSettings): Volume
export function resample(volume: Volume, options: ResampleTarget & ResampleSettings): Volume {
  const { interpolation = 'linear' } = options
  const grid = resampleGrid(volume, options)
  const count = grid.shape[0] * grid.shape[1] * grid.shape[2]
  const keepsType = interpolation === 'nearest' || interpolation === 'label'
  const data = keepsType ? allocateLike(volume.data, count) : new Float32Array(count)
  sampleOnto(volume, { ...grid, data }, options)
  return { data, shape: grid.shape, spacing: grid.spacing, affine: grid.affine }
}

/** Fills the data of a grid from `resampleGrid`; they are Float32Array for images, of the input's type for labels. */
export function sampleOnto(
  volume: Volume,
  grid: Grid & { readonly data: VoxelData },
  { interpolation = 'linear', outside }: ResampleSettings,
): void {
  const job = { ...grid, outside }
  if (interpolation === 'label') sampleLabels(volume, job)
  else if (isParallel(grid)) sampleParallel(volume, { ...job, interpolation })
  else sampleOblique(volume, { ...job, interpolation })
}

/** The grid that a volume is to be sampled on; throws, in the name of `resample`, for options that make none. */
export function resampleGrid(volume: Volume, options: ResampleTarget & ResampleSettings): Grid {
  assertLength(volume.data, volume.shape, 'resample')
  assertAffine(volume.affine, 'resample')
  const { interpolation = 'linear' } = options
  if (!INTERPOLATIONS.includes(interpolation)) {
    const names = INTERPOLATIONS.map((name) => `'${name}'`).join(', ')
    throw new RangeError(`resample: expected interpolation ${names}, got '${String(interpolation)}'`)
  }
  if ('spacing' in options) return gridOfSpacing(volume, options.spacing)
  const { shape, affine } = options
  assertShape(shape, 'resample')
  assertAffine(affine, 'resample')
  const toInput = multiplyAffines(invertAffine(volume.affine), affine)
  return { shape: [...shape], affine: [...affine], spacing: spacingOf(affine), toInput }
}

/** An output grid, and the map from its voxel index to the input's, in axis order x, y, z. */
export interface Grid {
  readonly shape: Shape3
  readonly spacing: Spacing
  readonly affine: Affine
  readonly toInput: Affine
}

function gridOfSpacing(volume: Volume, spacing: Spacing): Grid {
  assertSpacing(spacing, 'resample')
  const old = spacingOf(volume.affine)
  const each = <T>(of: (axis: number) => T): [T, T, T] => [of(0), of(1), of(2)]
  const factor = each((axis) => spacing[axis] / old[axis])
  // 1e-6 keeps extents that are halves up to rounding (5 · 0.7 / 1.4) from flipping down.
  const shape = each((axis) => Math.max(1, Math.round(volume.shape[axis] / factor[axis] + 1e-6)))
  const first = each((axis) => (factor[axis] - 1) / 2)
  const affine = scaleAffine(translateAffine(volume.affine, first), factor)
  const toInput = [factor[2], 0, 0, first[2], 0, factor[1], 0, first[1], 0, 0, factor[0], first[0], 0, 0, 0, 1]
  return { shape, spacing: [...spacing], affine, toInput }
}
