/**
 * Where the surfaces of two masks are: surface voxels, or the surface elements at the corner points between voxels.
 *
 * @module
 */
import { voxelCount, type Shape3, type Spacing } from '@leanvox/volume'
import { PREDICTION, REFERENCE, type BoxedPair } from './boxed-pair.ts'
import { contourLengths, surfaceAreas } from './surface-area.ts'

/** Marks of either surface on one grid. */
export interface SurfaceMarks {
  readonly shape: Shape3
  readonly prediction: Uint8Array
  readonly reference: Uint8Array
}

/** Marks of surface elements, and their areas in the order of memory. */
export interface ElementMarks extends SurfaceMarks {
  readonly areas: { readonly prediction: Float64Array; readonly reference: Float64Array }
}

/**
 * Surface voxels: foreground with background across a face; `flat` is the axis of an image across which nothing counts,
 * -1 for a volume. The grid is that of the boxed pair, rim and all.
 */
export function markVoxels({ bits, shape }: BoxedPair, flat: number): SurfaceMarks {
  const [depth, height, width] = shape
  const strides = [height * width, width, 1].filter((_, axis) => axis !== flat)
  const [one, two, three = two] = strides
  const prediction = new Uint8Array(bits.length)
  const reference = new Uint8Array(bits.length)
  for (let z = 1; z < depth - 1; z++) {
    for (let y = 1; y < height - 1; y++) {
      const row = (z * height + y) * width
      for (let i = row + 1; i < row + width - 1; i++) {
        const own = bits[i]
        if (own === 0) continue
        const around = bits[i - one] & bits[i + one] & bits[i - two] & bits[i + two] & bits[i - three] & bits[i + three]
        const surface = own & ~around
        if ((surface & PREDICTION) !== 0) prediction[i] = 1
        if ((surface & REFERENCE) !== 0) reference[i] = 1
      }
    }
  }
  return { shape, prediction, reference }
}

/** Surface elements: corner points around which voxels differ, on a grid of the points within the rim. */
export function markElements(pair: BoxedPair, { flat, spacing }: { flat: number; spacing: Spacing }): ElementMarks {
  const strides: Spacing = [pair.shape[1] * pair.shape[2], pair.shape[2], 1]
  // An image has corner points within its own slice only.
  const points = pair.shape.map((extent, axis) => (axis === flat ? 1 : extent - 1))
  const shape: Shape3 = [points[0], points[1], points[2]]
  const axes = [0, 1, 2].filter((axis) => axis !== flat)
  const count = voxelCount(shape)
  const found: Found = {
    bits: pair.bits,
    corners: cornersAround(axes.map((axis) => strides[axis])),
    measures: flat < 0 ? surfaceAreas(spacing) : contourLengths([spacing[axes[0]], spacing[axes[1]]]),
    marks: { prediction: new Uint8Array(count), reference: new Uint8Array(count) },
    areas: { prediction: [], reference: [] },
  }
  const first = flat < 0 ? 0 : strides[flat]
  for (let z = 0; z < shape[0]; z++) {
    for (let y = 0; y < shape[1]; y++) {
      const row = { from: first + z * strides[0] + y * strides[1], to: (z * shape[1] + y) * shape[2], width: shape[2] }
      if (flat < 0) markRow(found, row, strides)
      else markImageRow(found, row)
    }
  }
  const areas = {
    prediction: new Float64Array(found.areas.prediction),
    reference: new Float64Array(found.areas.reference),
  }
  return { shape, ...found.marks, areas }
}

/** What is looked at and what has been found. */
interface Found {
  readonly bits: Uint8Array
  readonly corners: Int32Array
  /** Area or length by code. */
  readonly measures: Float64Array
  readonly marks: { readonly prediction: Uint8Array; readonly reference: Uint8Array }
  readonly areas: { readonly prediction: number[]; readonly reference: number[] }
}

/** A row of points: index of the first voxel around its first point, index of that point, and how many points. */
interface PointRow {
  readonly from: number
  readonly to: number
  readonly width: number
}

/** Four voxels before each point, four behind: those behind one are those before the next. */
function markRow(found: Found, { from, to, width }: PointRow, [plane, line]: Spacing): void {
  const { bits } = found
  const r1 = from + line
  const r2 = from + plane
  const r3 = r2 + line
  let any = bits[from] | bits[r1] | bits[r2] | bits[r3]
  let all = bits[from] & bits[r1] & bits[r2] & bits[r3]
  for (let x = 0; x < width; x++) {
    const a = bits[from + x + 1]
    const b = bits[r1 + x + 1]
    const c = bits[r2 + x + 1]
    const d = bits[r3 + x + 1]
    const nextAny = a | b | c | d
    const nextAll = a & b & c & d
    const differing = (any | nextAny) & ~(all & nextAll)
    any = nextAny
    all = nextAll
    if (differing !== 0) addElement(found, { at: from + x, to: to + x, differing })
  }
}

function markImageRow(found: Found, { from, to, width }: PointRow): void {
  for (let x = 0; x < width; x++) {
    let any = 0
    let all = PREDICTION | REFERENCE
    for (const corner of found.corners) {
      any |= found.bits[from + x + corner]
      all &= found.bits[from + x + corner]
    }
    const differing = any & ~all
    if (differing !== 0) addElement(found, { at: from + x, to: to + x, differing })
  }
}

/** Writes down the point `to` for each mask whose voxels around it, from `at` on, differ. */
function addElement(
  { bits, corners, measures, marks, areas }: Found,
  { at, to, differing }: { readonly at: number; readonly to: number; readonly differing: number },
): void {
  for (const [bit, name] of SIDES) {
    if ((differing & bit) === 0) continue
    let code = 0
    for (let k = 0; k < corners.length; k++) if ((bits[at + corners[k]] & bit) !== 0) code |= 1 << k
    marks[name][to] = 1
    areas[name].push(measures[code])
  }
}

const SIDES = [
  [PREDICTION, 'prediction'],
  [REFERENCE, 'reference'],
] as const

/** Offsets of the voxels around a corner point, the last axis fastest: four in an image, eight in a volume. */
function cornersAround(strides: readonly number[]): Int32Array {
  const count = 1 << strides.length
  return Int32Array.from({ length: count }, (_, corner) =>
    strides.reduce((offset, stride, i) => offset + ((corner >> (strides.length - 1 - i)) & 1) * stride, 0),
  )
}
