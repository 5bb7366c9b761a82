/**
 * Smooth random fields: normal numbers on a coarse grid, brought to the fine one by linear interpolation.
 *
 * @module
 */
import type { Rng } from '@leanvox/random'
import { createVolume, resample, voxelCount, type Shape3, type Spacing } from '@leanvox/volume'

/** A field with mean 0 and deviation 1 whose values change over about `scaleMm`. */
export function smoothField(
  rng: Rng,
  { shape, spacing, scaleMm }: { readonly shape: Shape3; readonly spacing: Spacing; readonly scaleMm: number },
): Float32Array {
  const cells = (axis: number) => Math.max(2, Math.ceil((shape[axis] * spacing[axis]) / scaleMm) + 1)
  const coarseShape: Shape3 = [cells(0), cells(1), cells(2)]
  const coarse = createVolume({
    data: Float32Array.from({ length: voxelCount(coarseShape) }, rng.normal),
    shape: coarseShape,
  })
  // In units of coarse cells: the fine grid spans the coarse one from its first centre to its last.
  const step = (axis: number) => (coarseShape[axis] - 1) / shape[axis]
  const [dz, dy, dx] = [step(0), step(1), step(2)]
  const affine = [dx, 0, 0, dx / 2, 0, dy, 0, dy / 2, 0, 0, dz, dz / 2, 0, 0, 0, 1]
  return standardise(resample(coarse, { shape, affine }).data)
}

/** Mean 0 and deviation 1, in place; a constant field becomes zeros. */
export function standardise(field: Float32Array): Float32Array {
  let sum = 0
  let squares = 0
  for (const value of field) sum += value
  const mean = sum / field.length
  for (const value of field) squares += (value - mean) ** 2
  const deviation = Math.sqrt(squares / field.length) || 1
  for (let i = 0; i < field.length; i++) field[i] = (field[i] - mean) / deviation
  return field
}
