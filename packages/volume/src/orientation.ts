/**
 * Which world axis each voxel axis follows: the closest of the 48 axis orientations of an affine.
 *
 * As nibabel's `io_orientation`: divide the affine's columns by their lengths, take the nearest rotation (the orthogonal
 * polar factor), then give world axes away, the most decided voxel axis first. nibabel computes the polar factor by an
 * SVD; here it is Newton's iteration X ← (X + X⁻ᵀ) / 2 (Higham 1986), which converges to the same matrix. Exact ties
 * (45° rotations) are in nibabel left to the rounding of the SVD; here entries within 1e-9 count as equal and the first
 * axis in order x, y, z wins.
 *
 * @module
 */
import { invertAffine } from './affine.ts'
import type { Affine } from './types.ts'

const TIE = 1e-9

/** For each voxel axis (x, y, z): the world axis it follows (0 = right, 1 = anterior, 2 = superior), and its sense. */
export interface AxisDirection {
  readonly worldAxis: number
  readonly flipped: boolean
}

/** Closest axis directions of the voxel axes x, y, z of a valid affine. */
export function closestDirections(affine: Affine): AxisDirection[] {
  const rotation = nearestRotation(affine)
  const column = (axis: number) => [rotation[axis], rotation[4 + axis], rotation[8 + axis]]
  const strength = (axis: number) => Math.max(...column(axis).map((value) => value * value))
  const order = [0, 1, 2].sort((a, b) =>
    Math.abs(strength(a) - strength(b)) < TIE ? a - b : strength(b) - strength(a),
  )
  const directions: AxisDirection[] = []
  const free = new Set([0, 1, 2])
  for (const axis of order) {
    const values = column(axis)
    const worldAxis = largest(values, free)
    free.delete(worldAxis)
    directions[axis] = { worldAxis, flipped: values[worldAxis] < 0 }
  }
  return directions
}

function largest(values: readonly number[], candidates: ReadonlySet<number>): number {
  let best = -1
  for (const candidate of candidates) {
    if (best < 0 || Math.abs(values[candidate]) > Math.abs(values[best]) + TIE) best = candidate
  }
  return best
}

function nearestRotation(affine: Affine): Affine {
  const lengths = [0, 1, 2].map((c) => Math.hypot(affine[c], affine[4 + c], affine[8 + c]))
  let current = affine.map((value, i) => (i >= 12 ? value : (i & 3) === 3 ? 0 : value / lengths[i & 3]))
  for (let round = 0; round < 60; round++) {
    const inverse = invertAffine(current)
    let change = 0
    const next = current.map((value, i) => {
      if (i >= 12 || (i & 3) === 3) return value
      const averaged = (value + inverse[4 * (i & 3) + (i >> 2)]) / 2
      change = Math.max(change, Math.abs(averaged - value))
      return averaged
    })
    current = next
    if (change < 1e-15) break
  }
  return current
}
