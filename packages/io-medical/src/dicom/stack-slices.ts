/**
 * Slices to one regular stack: order along the normal, spacing, affine; gaps, duplicates and tilt found.
 *
 * A slice's pixel (row r, column c) lies at `P + c·Δc·X + r·Δr·Y` in LPS mm (PS3.3, C.7.6.2.1.1), X and Y being the
 * direction cosines of (0020,0037), Δr and Δc the row and column distances of (0028,0030), P (0020,0032). Slices are
 * sorted by `P · (X × Y)`, the third column of the affine is `(P_last - P_first) / (n - 1)`, and LPS becomes RAS+ by
 * turning the signs of the first two rows. Where that column is not along the normal the gantry was tilted: the affine
 * says so exactly, but its axes are no longer at right angles, which distances in mm would get wrong; so it is refused
 * unless allowed.
 *
 * @module
 */
import type { Affine } from '@leanvox/volume'
import { cross, type FrameFacts } from './dicom-header.ts'
import { refuse } from './refuse.ts'

/** Irregularities that may be let through with a warning instead of being refused. */
export type Irregularity = 'gantry-tilt' | 'uneven-spacing' | 'duplicate-slices'

/** One slice to be placed. */
export interface Slice {
  readonly file: string
  readonly sopInstance: string
  readonly facts: FrameFacts
}

/** Slices in order, and the grid they make. */
export interface Stack<S extends Slice> {
  readonly slices: readonly S[]
  readonly affine: Affine
  /** False when the slices have no place in the patient: pixel spacing alone makes the affine. */
  readonly placed: boolean
  readonly warnings: readonly string[]
}

/** Slices closer than this share of a pixel are at one place. */
const SAME_PLACE = 0.01
/** Steps may differ from their mean by this share (rounded positions in headers). */
const UNEVEN = 0.02

/** Slices of one orientation to a stack. @throws MedicalImageError (bad-geometry) */
export function stackSlices<S extends Slice>(
  slices: readonly S[],
  { allow = [], series }: { allow?: readonly Irregularity[]; series: string },
): Stack<S> {
  const { position, orientation, pixelSpacing } = slices[0].facts
  if (!position || !orientation) return unplaced(slices)
  const normal = unitNormal(orientation, series)
  const warnings: string[] = []
  const note = (kind: Irregularity, expected: string, found: string) => {
    if (!allow.includes(kind)) refuse(series, { code: 'bad-geometry', expected, found })
    warnings.push(`expected ${expected}, got ${found}`)
  }
  const sorted = sortedAlong(slices, normal)
  const kept = withoutCopies(sorted, note, warnings)
  checkSteps(kept, note)
  const step = stepOf(kept, normal)
  if (kept.length > 1) checkTilt({ kept, step, normal, pixelSpacing }, note)
  const affine = affineOf(kept[0].slice.facts, step)
  return { slices: kept.map(({ slice }) => slice), affine, placed: true, warnings }
}

type Note = (kind: Irregularity, expected: string, found: string) => void
interface Placed<S> {
  readonly slice: S
  /** mm along the normal. */
  readonly along: number
}

function unplaced<S extends Slice>(slices: readonly S[]): Stack<S> {
  const sorted = [...slices].sort((a, b) => a.facts.instanceNumber - b.facts.instanceNumber)
  const { pixelSpacing, sliceStep } = slices[0].facts
  const [row, column] = pixelSpacing
  const affine = [column, 0, 0, 0, 0, row, 0, 0, 0, 0, sliceStep, 0, 0, 0, 0, 1]
  const warnings = ['no position in the patient: the affine holds spacings only']
  return { slices: sorted, affine, placed: false, warnings }
}

function unitNormal(orientation: readonly number[], series: string): number[] {
  const normal = cross(orientation)
  const lengths = [Math.hypot(...orientation.slice(0, 3)), Math.hypot(...orientation.slice(3)), Math.hypot(...normal)]
  if (lengths.some((length) => Math.abs(length - 1) > 0.01)) {
    const expected = 'two perpendicular unit vectors in ImageOrientationPatient'
    refuse(series, { code: 'bad-geometry', expected, found: orientation.join('\\') })
  }
  return normal.map((value) => value / lengths[2])
}

function sortedAlong<S extends Slice>(slices: readonly S[], normal: readonly number[]): Placed<S>[] {
  return slices
    .map((slice) => ({ slice, along: dot(slice.facts.position ?? [], normal) }))
    .sort((a, b) => a.along - b.along || a.slice.facts.instanceNumber - b.slice.facts.instanceNumber)
}

/** Drops copies of one instance; two instances at one place are an irregularity, of which the first is kept. */
function withoutCopies<S extends Slice>(sorted: readonly Placed<S>[], note: Note, warnings: string[]): Placed<S>[] {
  const kept: Placed<S>[] = []
  const limit = SAME_PLACE * Math.min(...sorted[0].slice.facts.pixelSpacing)
  for (const placed of sorted) {
    const last = kept.at(-1)
    if (!last || placed.along - last.along > limit) kept.push(placed)
    else if (isCopy(last.slice, placed.slice)) warnings.push(`${placed.slice.file} is a copy of ${last.slice.file}`)
    else note('duplicate-slices', 'one slice per place', `${placed.slice.file} where ${last.slice.file} is`)
  }
  return kept
}

function isCopy(one: Slice, other: Slice): boolean {
  return one.file !== other.file && one.sopInstance !== '' && one.sopInstance === other.sopInstance
}

function checkSteps<S extends Slice>(kept: readonly Placed<S>[], note: Note): void {
  const steps = kept.slice(1).map(({ along }, i) => along - kept[i].along)
  if (steps.length < 2) return
  const usual = [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)]
  const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length
  const odd = steps.findIndex(
    (step) => Math.abs(step - mean) > UNEVEN * mean && Math.abs(step - usual) > UNEVEN * usual,
  )
  if (odd < 0) return
  const between = `${kept[odd].slice.file} and ${kept[odd + 1].slice.file}`
  note('uneven-spacing', `slices ${mm(usual)} apart`, `${mm(steps[odd])} between ${between}`)
}

function mm(value: number): string {
  return `${Number(value.toFixed(3))} mm`
}

/** LPS mm from one slice to the next. */
function stepOf<S extends Slice>(kept: readonly Placed<S>[], normal: readonly number[]): number[] {
  const first = kept[0].slice.facts
  const last = kept[kept.length - 1].slice.facts
  if (kept.length === 1) return normal.map((value) => value * first.sliceStep)
  return [0, 1, 2].map((axis) => ((last.position?.[axis] ?? 0) - (first.position?.[axis] ?? 0)) / (kept.length - 1))
}

interface TiltCheck<S> {
  readonly kept: readonly Placed<S>[]
  readonly step: readonly number[]
  readonly normal: readonly number[]
  readonly pixelSpacing: readonly number[]
}

/** Tilted when the last slice is shifted sideways by more than half a pixel against the first. */
function checkTilt<S extends Slice>({ kept, step, normal, pixelSpacing }: TiltCheck<S>, note: Note): void {
  const along = dot(step, normal)
  const sideways = Math.hypot(...step.map((value, axis) => value - along * normal[axis]))
  if (sideways * (kept.length - 1) <= Math.min(...pixelSpacing) / 2) return
  const degrees = (Math.atan2(sideways, along) * 180) / Math.PI
  note('gantry-tilt', 'slices stacked along their normal', `a tilt of ${degrees.toFixed(2)} degrees`)
}

function affineOf({ position, orientation, pixelSpacing }: FrameFacts, step: readonly number[]): Affine {
  const [rowSpacing, columnSpacing] = pixelSpacing
  const row = (axis: number) => {
    const sign = axis < 2 ? -1 : 1 // LPS to RAS
    const x = (orientation?.[axis] ?? 0) * columnSpacing
    const y = (orientation?.[axis + 3] ?? 0) * rowSpacing
    return [x, y, step[axis], position?.[axis] ?? 0].map((value) => sign * value + 0) // + 0: no negative zeros
  }
  return [...row(0), ...row(1), ...row(2), 0, 0, 0, 1]
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0)
}
