/**
 * Checks at the doors of this package. Each throws a RangeError `<function>: expected <what>, got <value>`.
 *
 * @module
 */
import type { Affine, Shape3, Spacing } from './types.ts'

/** Three whole numbers of at least `minimum` (default 1). */
export function assertShape(shape: Shape3, name: string, { what = 'shape', minimum = 1 } = {}): void {
  const good = shape.length === 3 && shape.every((extent) => Number.isSafeInteger(extent) && extent >= minimum)
  if (!good) throw new RangeError(`${name}: expected ${what} of three whole numbers >= ${minimum}, got ${list(shape)}`)
}

/** Three whole numbers of either sign. */
export function assertPosition(position: Shape3, name: string, what = 'start'): void {
  if (position.length === 3 && position.every(Number.isSafeInteger)) return
  throw new RangeError(`${name}: expected ${what} of three whole numbers, got ${list(position)}`)
}

/** Three finite positive numbers. */
export function assertSpacing(spacing: Spacing, name: string): void {
  if (spacing.length === 3 && spacing.every((step) => Number.isFinite(step) && step > 0)) return
  throw new RangeError(`${name}: expected spacing of three positive finite numbers, got ${list(spacing)}`)
}

/** 16 finite numbers, last row 0 0 0 1, axes that span space. */
export function assertAffine(affine: Affine, name: string): void {
  if (affine.length !== 16 || !affine.every(Number.isFinite)) {
    throw new RangeError(`${name}: expected affine of 16 finite numbers, got ${list(affine)}`)
  }
  if (affine[12] !== 0 || affine[13] !== 0 || affine[14] !== 0 || affine[15] !== 1) {
    throw new RangeError(`${name}: expected affine with last row [0, 0, 0, 1], got ${list(affine.slice(12))}`)
  }
  if (!spansSpace(affine)) {
    throw new RangeError(`${name}: expected affine with three independent axes, got ${list(affine)}`)
  }
}

/** `data` must hold exactly the voxels of `shape`. */
export function assertLength(data: { readonly length: number }, shape: Shape3, name: string): void {
  const count = shape[0] * shape[1] * shape[2]
  if (data.length === count) return
  throw new RangeError(`${name}: expected ${count} voxels for shape ${list(shape)}, got ${data.length}`)
}

/** `[1, 2, 3]`, for messages. */
export function list(values: readonly number[]): string {
  return `[${values.join(', ')}]`
}

// The volume of the box the axes span, against that of a right-angled box of the same edge lengths: a sine-like number
// free of units, so that neither tiny nor huge spacings are taken for degenerate ones.
function spansSpace([a, b, c, , d, e, f, , g, h, i]: Affine): boolean {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
  return Math.abs(determinant) > 1e-9 * Math.hypot(a, d, g) * Math.hypot(b, e, h) * Math.hypot(c, f, i)
}
