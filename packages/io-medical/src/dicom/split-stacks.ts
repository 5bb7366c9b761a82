/**
 * Slices of one series to stacks that can be one volume each: by frame of reference, size, pixel format, orientation
 * and pixel spacing; then, where several slices are at one place, by the first of MARK_NAMES that tells them apart
 * (echoes, b-values, times).
 *
 * @module
 */
import type { SourceSlice } from './build-volumes.ts'
import { cross, MARK_NAMES } from './dicom-header.ts'

/** Slices that belong together. */
export interface SliceGroup {
  readonly slices: readonly SourceSlice[]
  /** What distinguishes the group, in words; empty when there is one. */
  readonly what: string
}

/** Groups, in the order their first slices came. */
export function splitStacks(slices: readonly SourceSlice[]): SliceGroup[] {
  const groups = grouped(slices, gridKey)
  return groups.flatMap(([key, own]) => splitByMarks(own, groups.length > 1 ? `grid ${key}` : ''))
}

function gridKey({ from: { header }, facts }: SourceSlice): string {
  const { rows, columns, samples, bitsAllocated, signed, frameOfReferenceUid } = header
  const format = `${columns}x${rows}${samples > 1 ? ' colour' : ''}, ${signed ? 'int' : 'uint'}${bitsAllocated}`
  const rounded = (values: readonly number[] | null) =>
    values?.map((value) => (Math.round(value * 1000) + 0) / 1000).join('\\') ?? 'none'
  return `${format}, orientation ${rounded(facts.orientation)}, pixels ${rounded(facts.pixelSpacing)} mm, frame of reference ${frameOfReferenceUid || 'none'}`
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return [...groups]
}

function splitByMarks(slices: readonly SourceSlice[], what: string): SliceGroup[] {
  if (!hasSharedPlaces(slices)) return [{ slices, what }]
  for (let mark = 0; mark < MARK_NAMES.length; mark++) {
    const groups = grouped(slices, ({ facts }) => facts.marks[mark])
    if (groups.length < 2 || groups.some(([, own]) => hasSharedPlaces(own))) continue
    return groups.map(([value, own]) => ({
      slices: own,
      what: `${what && `${what}, `}${MARK_NAMES[mark]} ${value || 'none'}`,
    }))
  }
  return [{ slices, what }]
}

/** Whether two different instances are at one place along the normal. */
function hasSharedPlaces(slices: readonly SourceSlice[]): boolean {
  const places = new Map<number, string>()
  for (const { facts, sopInstance } of slices) {
    if (!facts.position || !facts.orientation) continue
    const normal = cross(facts.orientation)
    const along = facts.position.reduce((sum, value, axis) => sum + value * normal[axis], 0)
    const key = Math.round(along * 200)
    const other = places.get(key)
    if (other !== undefined && other !== sopInstance) return true
    places.set(key, sopInstance)
  }
  return false
}
