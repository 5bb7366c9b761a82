/**
 * A whole data set looked through: every file opened once, one after the other, and what is wrong or odd about it.
 *
 * Memory holds one file at a time and a few numbers a case.
 *
 * @module
 */
import { caseFacts, type CaseFacts } from './case-facts.ts'
import type { DataFolder, LayoutName } from './data-folder.ts'
import type { Finding, Severity } from './finding.ts'
import { pairFindings } from './pair-findings.ts'
import { setFindings } from './set-findings.ts'
import { storageFindings } from './storage-findings.ts'
import {
  summarise,
  type ColumnSummary,
  type DataSummaries,
  type GeometrySummary,
  type IntensitySummary,
} from './summaries.ts'

/** What looking through a data set found. */
export interface DataCheck extends DataSummaries {
  readonly layout: LayoutName
  readonly name: string
  readonly cases: number
  readonly images: number
  readonly masks: number
  /** Problems first. */
  readonly findings: readonly Finding[]
}

/** How a data set is looked through. */
export interface CheckDataOptions {
  readonly onProgress?: (progress: { readonly done: number; readonly total: number; readonly id: string }) => void
  readonly signal?: AbortSignal
}

const ORDER: Readonly<Record<Severity, number>> = { problem: 0, odd: 1, note: 2 }

/**
 * Opens every image and mask of a data set and tells what is wrong or odd: files that do not open, masks that do not fit,
 * are empty, hold undeclared or stray values or more components than usual, equal content in several cases, groups in
 * several parts of the split, mixed storage and geometry, gaps in the metadata.
 *
 * @throws what `signal` aborts with; faults of files are findings
 *
 * @example
 * const { findings } = await checkDataFolder(await readDataFolder('HAM10000'))
 * for (const { severity, message } of findings) console.log(`${severity}: ${message}`)
 */
export async function checkDataFolder(
  folder: DataFolder,
  { onProgress, signal }: CheckDataOptions = {},
): Promise<DataCheck> {
  const facts: CaseFacts[] = []
  for (const item of folder.cases) {
    signal?.throwIfAborted()
    facts.push(await caseFacts(item))
    onProgress?.({ done: facts.length, total: folder.cases.length, id: item.id })
  }
  const summaries = summarise(facts, folder.cases)
  const findings = [
    ...folder.warnings.map((message): Finding => ({ severity: 'odd', code: 'layout', message, cases: [] })),
    ...pairFindings(facts, folder),
    ...setFindings(facts),
    ...storageFindings(facts),
    ...geometryFindings(summaries.geometry),
    ...intensityFindings(summaries.intensities),
    ...metadataFindings(summaries.metadata),
  ]
  return {
    layout: folder.layout,
    name: folder.name,
    cases: facts.length,
    images: facts.reduce((sum, { images }) => sum + images.length, 0),
    masks: facts.reduce((sum, { masks }) => sum + masks.length, 0),
    findings: findings.toSorted((a, b) => ORDER[a.severity] - ORDER[b.severity]),
    ...summaries,
  }
}

/** More than this between the finest and the coarsest spacing of an axis is worth a word. */
const SPACING_RATIO = 1.01

function geometryFindings(geometry: readonly GeometrySummary[]): Finding[] {
  return geometry
    .filter(({ of, files }) => of === 'images' && files > 1)
    .flatMap(({ name, shapes, files, spacing, extent }): Finding[] => {
      if (spacing === null && shapes === 1 && extent[1].min === extent[2].min) {
        const message = `all ${files} images (${name}) are squares of one size: resized pictures may be out of proportion`
        return [{ severity: 'note', code: 'geometry', message, cases: [] }]
      }
      const varies = spacing?.some(({ min, max }) => max > SPACING_RATIO * min) ?? false
      if (shapes === 1 && !varies) return []
      const words = [shapes > 1 ? `${shapes} different shapes` : '', varies ? 'different spacings' : '']
      const message = `${files} images (${name}) have ${words.filter(Boolean).join(' and ')}`
      return [{ severity: 'note', code: 'geometry', message, cases: [] }]
    })
}

/** Largest values of images that differ more than this are on different scales. */
const SCALE_RATIO = 100

function intensityFindings(intensities: readonly IntensitySummary[]): Finding[] {
  return intensities
    .filter(({ max }) => max.min > 0 && max.max > SCALE_RATIO * max.min)
    .map(({ image, max }): Finding => {
      const message = `intensities of images (${image}) are on different scales: largest values from ${max.min} to ${max.max}`
      return { severity: 'note', code: 'intensity', message, cases: [] }
    })
}

function metadataFindings(columns: readonly ColumnSummary[]): Finding[] {
  const gaps = columns.filter(({ filled, cases }) => filled < cases)
  if (gaps.length === 0) return []
  const counts = gaps.map(({ column, filled }) => `${column} ${filled}`).join(', ')
  const message = `metadata is not known for every one of ${gaps[0].cases} cases; known are ${counts}`
  return [{ severity: 'note', code: 'metadata', message, cases: [] }]
}
