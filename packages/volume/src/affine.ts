/**
 * Affines: voxel index to RAS+ millimetres, `world = A · (x, y, z, 1)`, as in NIfTI-1's sform (Cox et al. 2004).
 *
 * Column c of the upper left 3x3 block is the step in mm along voxel axis c, so its length is the spacing of that axis.
 * Voxel positions are handed over in this package's order (z, y, x); only the matrix columns are in order (x, y, z).
 *
 * @module
 */
import { assertAffine, assertSpacing } from './checks.ts'
import type { Affine, Shape3, Spacing } from './types.ts'

/** Axis-aligned affine with the world origin at the centre of voxel (0, 0, 0). */
export function affineFromSpacing(spacing: Spacing): Affine {
  assertSpacing(spacing, 'affineFromSpacing')
  const [depth, height, width] = spacing
  return [width, 0, 0, 0, 0, height, 0, 0, 0, 0, depth, 0, 0, 0, 0, 1]
}

/**
 * Voxel spacing in mm, the lengths of the affine's columns in order [depth, height, width].
 *
 * @throws RangeError for anything but 16 finite numbers with last row 0 0 0 1 and an invertible 3x3 block
 */
export function spacingOf(affine: Affine): Spacing {
  assertAffine(affine, 'spacingOf')
  const length = (column: number) => Math.hypot(affine[column], affine[4 + column], affine[8 + column])
  return [length(2), length(1), length(0)]
}

/** RAS+ position in mm, [x, y, z], of a voxel position [z, y, x] (may be fractional or outside the volume). */
export function worldPosition(affine: Affine, [z, y, x]: Shape3): [x: number, y: number, z: number] {
  const row = (r: number) => affine[r] * x + affine[r + 1] * y + affine[r + 2] * z + affine[r + 3]
  return [row(0), row(4), row(8)]
}

/** The affine of a grid whose voxel (0, 0, 0) is the given voxel position [z, y, x] of the old grid. */
export function translateAffine(affine: Affine, start: Shape3): Affine {
  const [x, y, z] = worldPosition(affine, start)
  return withOrigin(affine, [x, y, z])
}

/** The same axes with voxel (0, 0, 0) at `origin` mm. */
export function withOrigin(affine: Affine, [x, y, z]: readonly [number, number, number]): Affine {
  const moved = [...affine]
  moved[3] = x
  moved[7] = y
  moved[11] = z
  return moved
}

/** The same origin with the steps along the voxel axes [z, y, x] multiplied by `factors`. */
export function scaleAffine(affine: Affine, factors: Shape3): Affine {
  const [z, y, x] = factors
  const columns = [x, y, z, 1]
  return affine.map((value, i) => (i < 12 ? value * columns[i & 3] : value))
}

/** Matrix product `left · right`: first `right`, then `left`. */
export function multiplyAffines(left: Affine, right: Affine): Affine {
  const entry = (row: number, column: number) => {
    let sum = 0
    for (let k = 0; k < 4; k++) sum += left[4 * row + k] * right[4 * k + column]
    return sum
  }
  return Array.from({ length: 16 }, (_, i) => entry(i >> 2, i & 3))
}

/** The affine from RAS+ mm back to the voxel index (x, y, z, 1), by the adjugate of the 3x3 block. */
export function invertAffine(affine: Affine): Affine {
  assertAffine(affine, 'invertAffine')
  const [a, b, c, tx, d, e, f, ty, g, h, i, tz] = affine
  const cofactors = [e * i - f * h, c * h - b * i, b * f - c * e]
  cofactors.push(f * g - d * i, a * i - c * g, c * d - a * f)
  cofactors.push(d * h - e * g, b * g - a * h, a * e - b * d)
  const determinant = a * cofactors[0] + b * cofactors[3] + c * cofactors[6]
  const m = cofactors.map((value) => value / determinant)
  const origin = (r: number) => -(m[r] * tx + m[r + 1] * ty + m[r + 2] * tz)
  return [m[0], m[1], m[2], origin(0), m[3], m[4], m[5], origin(3), m[6], m[7], m[8], origin(6), 0, 0, 0, 1]
}
