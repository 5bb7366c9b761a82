/**
 * Grids as ITK's formats say them (origin and step vectors in LPS millimetres: left, posterior, superior) to RAS+ affines,
 * and back. The first two world axes change sign, nothing else.
 *
 * @module
 */
import { spacingOf, type Affine } from '@leanvox/volume'
import type { Refuse } from '../origin.ts'

/** A point or step, x first. */
export type Vector3 = readonly [x: number, y: number, z: number]

/** Where voxel (0, 0, 0) lies, and what one voxel along x, y and z adds. */
export interface WorldGrid {
  readonly origin: Vector3
  readonly steps: readonly [x: Vector3, y: Vector3, z: Vector3]
}

/** Signs that turn world coordinates of a space into RAS. */
export type WorldSigns = readonly [x: 1 | -1, y: 1 | -1, z: 1 | -1]

/** Left and posterior become right and anterior. */
export const LPS: WorldSigns = [-1, -1, 1]

/**
 * The RAS+ affine of a grid.
 *
 * @throws what `refuse` throws (bad-header) for a grid that is not finite or has no volume
 */
export function affineOfGrid({ origin, steps }: WorldGrid, signs: WorldSigns, refuse: Refuse): Affine {
  // 0 + 0 keeps zeros positive.
  const row = (r: 0 | 1 | 2) => [...steps.map((step) => signs[r] * step[r] + 0), signs[r] * origin[r] + 0]
  const affine = [...row(0), ...row(1), ...row(2), 0, 0, 0, 1]
  try {
    spacingOf(affine)
  } catch {
    refuse('bad-header', 'an invertible grid', affine.slice(0, 12).join(' '))
  }
  return affine
}

/** The grid of an affine, in LPS. */
export function lpsOfAffine(affine: Affine): WorldGrid {
  const column = (c: number): Vector3 => [0 - affine[c], 0 - affine[4 + c], affine[8 + c]]
  return { origin: column(3), steps: [column(0), column(1), column(2)] }
}

/** One to three steps made three: what is missing is 1 mm at right angles to the others. */
export function threeSteps(steps: readonly Vector3[]): [Vector3, Vector3, Vector3] {
  const [x = [1, 0, 0], y = x[1] === 0 && x[2] === 0 ? [0, 1, 0] : perpendicular(x)] = steps
  return [x, y, steps[2] ?? perpendicular(x, y)]
}

function perpendicular(x: Vector3, y?: Vector3): Vector3 {
  const [a, b, c] = x
  const [d, e, f] = y ?? (Math.abs(c) <= Math.hypot(a, b) ? [0, 0, 1] : [1, 0, 0])
  const normal = [b * f - c * e, c * d - a * f, a * e - b * d]
  const length = Math.hypot(...normal)
  return [normal[0] / length, normal[1] / length, normal[2] / length]
}
