/**
 * Where a segmentation's frames lie: on the grid of the segmented images when that is given, else on the one their
 * positions make.
 *
 * Frames without a voxel of their segment are usually not stored, so positions have holes: the step is
 * SpacingBetweenSlices (or the smallest distance), and slices between are empty.
 *
 * @module
 */
import { invertAffine, type Affine, type Shape3 } from '@leanvox/volume'
import { cross, type FrameFacts } from './dicom-header.ts'
import { refuse } from './refuse.ts'

/** A grid, and the slice each frame is on. */
export interface FrameGrid {
  readonly shape: Shape3
  readonly affine: Affine
  /** Slice per frame, in file order. */
  readonly slices: readonly number[]
}

/** The geometry to align to. */
export interface TargetGrid {
  readonly shape: Shape3
  readonly affine: Affine
}

/** Share of a voxel by which a frame may be off its place. */
const OFF = 0.05
/** Empty slices per stored one that are believed. */
const MOST_EMPTY = 64

/** What frames have in common. */
export interface FrameSize {
  readonly rows: number
  readonly columns: number
  readonly name: string
}

/** Frames on the grid of the images they segment. @throws MedicalImageError (bad-geometry) */
export function alignToGrid(
  frames: readonly FrameFacts[],
  target: TargetGrid,
  { rows, columns, name }: FrameSize,
): FrameGrid {
  const [depth, height, width] = target.shape
  const toVoxel = invertAffine(target.affine)
  const slices = frames.map((facts) => {
    const corners = [
      [0, 0],
      [columns - 1, 0],
      [0, rows - 1],
    ].map(([column, row]) => apply(toVoxel, pixelPosition(facts, column, row, name)))
    const [[x, y, z], right, below] = corners
    const slice = Math.round(z)
    const expected = [
      [0, 0, slice],
      [columns - 1, 0, slice],
      [0, rows - 1, slice],
    ]
    const off = Math.max(
      ...[[x, y, z], right, below].flatMap((corner, i) => corner.map((v, axis) => Math.abs(v - expected[i][axis]))),
    )
    if (off > OFF || slice < 0 || slice >= depth || rows !== height || columns !== width) {
      const found = `a frame of ${rows} x ${columns} at voxel ${[z, y, x].map((v) => v.toFixed(2)).join(', ')}`
      refuse(name, {
        code: 'bad-geometry',
        expected: `frames on the grid of ${target.shape.join(' x ')} voxels`,
        found,
      })
    }
    return slice
  })
  return { ...target, slices }
}

function pixelPosition(
  { position, orientation, pixelSpacing }: FrameFacts,
  ...[column, row, name]: [number, number, string]
): number[] {
  if (!position || !orientation)
    return refuse(name, { code: 'bad-geometry', expected: 'frames with a position', found: 'none' })
  const lps = position.map(
    (p, axis) => p + orientation[axis] * pixelSpacing[1] * column + orientation[axis + 3] * pixelSpacing[0] * row,
  )
  return [-lps[0], -lps[1], lps[2]]
}

function apply(affine: Affine, [x, y, z]: readonly number[]): [number, number, number] {
  const row = (r: number) => affine[r] * x + affine[r + 1] * y + affine[r + 2] * z + affine[r + 3]
  return [row(0), row(4), row(8)]
}

/** The grid that the frames' own positions make. @throws MedicalImageError (bad-geometry, unsupported) */
export function gridOfFrames(frames: readonly FrameFacts[], { rows, columns, name }: FrameSize): FrameGrid {
  const { position, orientation, pixelSpacing, sliceStep } = frames[0]
  if (!position || !orientation) return flatGrid(frames, { rows, columns, name })
  const normal = cross(orientation)
  const along = frames.map((facts) =>
    (facts.position ?? [NaN, NaN, NaN]).reduce((sum, p, axis) => sum + p * normal[axis], 0),
  )
  const places = [...new Set(along.map((mm) => Math.round(mm * 1000) / 1000))].sort((a, b) => a - b)
  const step = stepOf(places, sliceStep)
  const slices = along.map((mm) => Math.round((mm - places[0]) / step))
  const depth = Math.max(...slices) + 1
  const off = Math.max(...along.map((mm, i) => Math.abs(mm - places[0] - slices[i] * step)))
  if (!(off <= OFF * step + 0.001) || depth > MOST_EMPTY * places.length) {
    refuse(name, {
      code: 'bad-geometry',
      expected: `frames a multiple of ${step} mm apart`,
      found: `positions ${places.slice(0, 8).join(', ')}`,
    })
  }
  const first = frames[slices.indexOf(0)]
  return {
    shape: [depth, rows, columns],
    affine: affineAt(
      first,
      normal.map((value) => value * step),
      pixelSpacing,
    ),
    slices,
  }
}

function stepOf(places: readonly number[], told: number): number {
  const gaps = places.slice(1).map((place, i) => place - places[i])
  const smallest = Math.min(...gaps)
  return gaps.length === 0 || Math.abs(smallest - told) < OFF * told || smallest > told ? told : smallest
}

function affineAt(
  { position, orientation }: FrameFacts,
  step: readonly number[],
  [rowMm, columnMm]: readonly number[],
): Affine {
  const row = (axis: number) => {
    const values = [
      (orientation?.[axis] ?? 0) * columnMm,
      (orientation?.[axis + 3] ?? 0) * rowMm,
      step[axis],
      position?.[axis] ?? 0,
    ]
    return values.map((value) => (axis < 2 ? -value : value) + 0)
  }
  return [...row(0), ...row(1), ...row(2), 0, 0, 0, 1]
}

/** Segmentations of a projection (one picture): all frames on one slice. */
function flatGrid(frames: readonly FrameFacts[], { rows, columns, name }: FrameSize): FrameGrid {
  if (frames.some(({ marks }) => marks[0] !== frames[0].marks[0])) {
    refuse(name, { code: 'unsupported', expected: 'frames with a position in the patient', found: 'none' })
  }
  const { pixelSpacing, sliceStep } = frames[0]
  const affine = [pixelSpacing[1], 0, 0, 0, 0, pixelSpacing[0], 0, 0, 0, 0, sliceStep, 0, 0, 0, 0, 1]
  return { shape: [1, rows, columns], affine, slices: frames.map(() => 0) }
}
