/**
 * From a NIfTI header to one affine, and back.
 *
 * Which of the three descriptions counts, in this order: the sform when `sform_code > 0`, else the qform when
 * `qform_code > 0`, else `pixdim` alone (method 1 of the standard: x = pixdim[1] * i, ..., no orientation, origin 0).
 * The last differs from nibabel, which then flips x and centres the volume as SPM99 did with Analyze files.
 *
 * Quaternions: nifti1.h, "METHOD 2", R from (b, c, d) with a = sqrt(1 - b² - c² - d²), third column times qfac.
 *
 * @module
 */
import { spacingOf, type Affine } from '@leanvox/volume'

/** The geometry fields of a header. `pixdim[0]` is qfac; lengths in the file's unit. */
export interface NiftiGeometry {
  readonly pixdim: readonly number[]
  readonly qformCode: number
  readonly sformCode: number
  readonly quaternion: readonly [b: number, c: number, d: number]
  readonly offset: readonly [x: number, y: number, z: number]
  /** Rows x, y, z of the sform, 12 numbers. */
  readonly sform: readonly number[]
}

/** Which header fields gave the affine. */
export type AffineSource = 'sform' | 'qform' | 'pixdim'

/**
 * The affine of a header; it may be singular or not finite when the header is broken.
 *
 * @param options.epsilon relative rounding error of the header's floats, 2^-23 in NIfTI-1 and 2^-52 in NIfTI-2
 */
export function headerAffine(
  geometry: NiftiGeometry,
  { epsilon }: { readonly epsilon: number },
): { affine: Affine; source: AffineSource } {
  if (geometry.sformCode > 0) return { affine: [...geometry.sform, 0, 0, 0, 1], source: 'sform' }
  if (geometry.qformCode > 0) return { affine: qformAffine(geometry, epsilon), source: 'qform' }
  const [, x, y, z] = geometry.pixdim.map(usableStep)
  return { affine: [x, 0, 0, 0, 0, y, 0, 0, 0, 0, z, 0, 0, 0, 0, 1], source: 'pixdim' }
}

// Unused axes often carry pixdim 0 (a 2D image), some writers negate lengths: the standard wants positive ones.
function usableStep(step: number): number {
  return step === 0 ? 1 : Math.abs(step)
}

function qformAffine({ pixdim, quaternion, offset }: NiftiGeometry, epsilon: number): Affine {
  const r = rotation(quaternion, epsilon)
  const [, x, y, z] = pixdim.map(usableStep)
  // The standard allows qfac -1 and 1 and asks that 0 be read as 1.
  const steps = [x, y, pixdim[0] < 0 ? -z : z]
  const row = (i: number) => [r[3 * i] * steps[0], r[3 * i + 1] * steps[1], r[3 * i + 2] * steps[2], offset[i]]
  return [...row(0), ...row(1), ...row(2), 0, 0, 0, 1]
}

function rotation([b, c, d]: readonly [number, number, number], epsilon: number): number[] {
  const square = b * b + c * c + d * d
  // Within rounding of 1, a is 0 (half a turn): the root would turn an error of 1e-7 into an angle of 6e-4. nibabel has
  // the same threshold. A square above that is no unit quaternion; its direction still counts.
  if (square > 1 - 3 * epsilon) {
    const length = Math.sqrt(square)
    return matrixOf(0, [b / length, c / length, d / length])
  }
  return matrixOf(Math.sqrt(1 - square), [b, c, d])
}

function matrixOf(a: number, [b, c, d]: readonly [number, number, number]): number[] {
  return [
    [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
    [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
    [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
  ].flat()
}

/** Columns may deviate this much from right angles (cosine) before the qform is left out; sforms are rounded to float32. */
const ANGLE_TOLERANCE = 1e-4

/**
 * Geometry fields of an affine: the sform always, the qform when the affine is a rotation (or reflection) times zooms.
 * Both codes are 1 (scanner coordinates); a sheared affine has qform code 0.
 */
export function affineGeometry(affine: Affine): NiftiGeometry {
  const [depth, height, width] = spacingOf(affine)
  const zooms = [width, height, depth]
  const columns = zooms.map((zoom, c) => [affine[c] / zoom, affine[4 + c] / zoom, affine[8 + c] / zoom])
  const [x, y, z] = columns
  const handedness = dot(cross(x, y), z) < 0 ? -1 : 1
  const rotated = [dot(x, y), dot(y, z), dot(x, z)].every((cosine) => Math.abs(cosine) < ANGLE_TOLERANCE)
  const proper = [x, y, z.map((value) => value * handedness)]
  return {
    pixdim: [rotated ? handedness : 1, ...zooms],
    qformCode: rotated ? 1 : 0,
    sformCode: 1,
    quaternion: rotated ? quaternionOf(proper) : [0, 0, 0],
    offset: rotated ? [affine[3], affine[7], affine[11]] : [0, 0, 0],
    sform: affine.slice(0, 12),
  }
}

/** (b, c, d) of the unit quaternion with a >= 0, from the columns of a rotation; the largest component divides. */
function quaternionOf([x, y, z]: readonly number[][]): [number, number, number] {
  const [xx, yy, zz] = [x[0], y[1], z[2]]
  const squares = [1 + xx + yy + zz, 1 + xx - yy - zz, 1 - xx + yy - zz, 1 - xx - yy + zz]
  const largest = squares.indexOf(Math.max(...squares))
  const root = Math.sqrt(squares[largest])
  const [ab, ac, ad] = [y[2] - z[1], z[0] - x[2], x[1] - y[0]]
  const [bc, bd, cd] = [x[1] + y[0], x[2] + z[0], y[2] + z[1]]
  const products = [
    [root * root, ab, ac, ad],
    [ab, root * root, bc, bd],
    [ac, bc, root * root, cd],
    [ad, bd, cd, root * root],
  ][largest]
  const [a, b, c, d] = products.map((product) => product / (2 * root))
  const sign = a < 0 ? -1 : 1
  return [sign * b, sign * c, sign * d]
}

function dot(left: readonly number[], right: readonly number[]): number {
  return left[0] * right[0] + left[1] * right[1] + left[2] * right[2]
}

function cross([a, b, c]: readonly number[], [d, e, f]: readonly number[]): number[] {
  return [b * f - c * e, c * d - a * f, a * e - b * d]
}
