/**
 * Rotation and zoom as a matrix on voxel positions around the patch's centre: `source = M · output` with
 * `M = S⁻¹ · R · S / scale`, S the spacing, so that a turn keeps angles and lengths in millimetres on anisotropic voxels.
 *
 * @module
 */
import type { Shape3, Spacing } from '@leanvox/volume'
import type { Augmentation } from './draw-augmentation.ts'

/** Row-major 3x3 on (depth, height, width). */
export type Matrix3 = readonly number[]

/** Output offsets from the centre to source offsets. A patch of depth 1 turns only in its plane. */
export function affineMatrix(
  { rotation, scale }: NonNullable<Augmentation['affine']>,
  { size, spacing }: { size: Shape3; spacing: Spacing },
): Matrix3 {
  const flat = size[0] === 1
  const turn = multiply(
    axisRotation([1, 2], rotation[0]),
    flat ? IDENTITY : multiply(axisRotation([0, 2], rotation[1]), axisRotation([0, 1], rotation[2])),
  )
  return turn.map((value, i) => (value * spacing[i % 3]) / (spacing[Math.floor(i / 3)] * scale))
}

/** How many voxels beyond the output box, on each side, the matrix reads. */
export function matrixReach(matrix: Matrix3, size: Shape3): Shape3 {
  const half = size.map((length) => (length - 1) / 2)
  const [z, y, x] = half.map((own, axis) => {
    const reach = half.reduce((sum, other, k) => sum + Math.abs(matrix[axis * 3 + k]) * other, 0)
    return own === 0 ? 0 : Math.max(0, Math.ceil(reach - own))
  })
  return [z, y, x]
}

const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1]

function axisRotation([a, b]: [number, number], angle: number): number[] {
  const matrix = [...IDENTITY]
  matrix[a * 3 + a] = matrix[b * 3 + b] = Math.cos(angle)
  matrix[a * 3 + b] = -Math.sin(angle)
  matrix[b * 3 + a] = Math.sin(angle)
  return matrix
}

function multiply(a: Matrix3, b: Matrix3): number[] {
  return a.map((_, i) => {
    const row = i - (i % 3)
    return a[row] * b[i % 3] + a[row + 1] * b[3 + (i % 3)] + a[row + 2] * b[6 + (i % 3)]
  })
}
