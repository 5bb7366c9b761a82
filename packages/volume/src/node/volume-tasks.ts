/**
 * What one thread does of a task: a range of slices or rows of a volume in shared memory.
 *
 * @module
 */
import { invertAffine, multiplyAffines, translateAffine, worldPosition } from '../affine.ts'
import { distancesAcrossSlices, squaresInSlices, type DistanceField, type Range } from '../distance-passes.ts'
import { resampleGrid, sampleOnto, type ResampleSettings } from '../resample.ts'
import type { Affine, Shape3, Volume, VoxelData } from '../types.ts'

/** One part of a task; all arrays lie in shared memory. */
export type VolumeTask =
  | { readonly kind: 'slices'; readonly data: VoxelData; readonly field: DistanceField; readonly range: Range }
  | { readonly kind: 'across'; readonly field: DistanceField; readonly range: Range }
  | {
      readonly kind: 'resample'
      readonly volume: Volume
      readonly grid: { readonly shape: Shape3; readonly affine: Affine }
      readonly settings: ResampleSettings
      readonly out: VoxelData
      readonly range: Range
    }

/** Does a part. */
export function doTask(task: VolumeTask): void {
  if (task.kind === 'slices') squaresInSlices(task.data, task.field, task.range)
  else if (task.kind === 'across') distancesAcrossSlices(task.field, task.range)
  else resampleSlices(task)
}

function resampleSlices({ volume, grid, settings, out, range }: VolumeTask & { kind: 'resample' }): void {
  const { from, to } = range
  const [, height, width] = grid.shape
  const part = { shape: [to - from, height, width] as const, affine: translateAffine(grid.affine, [from, 0, 0]) }
  const needed = neededSlices(volume, part)
  const data = out.subarray(from * height * width, to * height * width)
  sampleOnto(needed, { ...resampleGrid(needed, { ...settings, ...part }), data }, settings)
}

/** Slices kept beyond those that are sampled: a spline's reach into them has fallen to 1e-14. */
const MARGIN = 24

/** The slices of a volume that a grid looks at, without a copy. */
function neededSlices(volume: Volume, grid: { readonly shape: Shape3; readonly affine: Affine }): Volume {
  const toInput = multiplyAffines(invertAffine(volume.affine), grid.affine)
  const positions = [0, 1, 2, 3, 4, 5, 6, 7].map((corner) => {
    const end = (axis: number) => ((corner >> axis) & 1) * (grid.shape[axis] - 1)
    return worldPosition(toInput, [end(0), end(1), end(2)])[2]
  })
  const [depth, height, width] = volume.shape
  const clamp = (slice: number) => Math.min(Math.max(slice, 0), depth - 1)
  const first = clamp(Math.floor(Math.min(...positions)) - MARGIN)
  const last = clamp(Math.ceil(Math.max(...positions)) + MARGIN)
  return {
    ...volume,
    data: volume.data.subarray(first * height * width, (last + 1) * height * width),
    shape: [last + 1 - first, height, width],
    affine: translateAffine(volume.affine, [first, 0, 0]),
  }
}
