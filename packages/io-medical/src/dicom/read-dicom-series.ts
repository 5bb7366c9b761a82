/**
 * DICOM series from folders of any depth, or from lists of files in any order.
 *
 * All headers are read first, a few files at a time; then pixels go straight into one buffer. What is no DICOM image
 * (DICOMDIR, reports, other files) is passed over and listed; a DICOM file that is damaged is an error of the series
 * that is read, when its series is known, and otherwise of the whole call unless one series was asked for.
 *
 * @module
 */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Volume } from '@leanvox/volume'
import { MedicalImageError } from '../errors.ts'
import { buildVolumes, inParallel, type SourceSlice } from './build-volumes.ts'
import type { DicomHeader } from './dicom-header.ts'
import { loadSource } from './load-source.ts'
import { notesOn, slicesOf, type DicomOptions } from './read-dicom-file.ts'
import { refuse } from './refuse.ts'
import { splitStacks } from './split-stacks.ts'
import { stackSlices } from './stack-slices.ts'

/** One series as a volume. */
export interface DicomSeries {
  /** The volume; of a colour series the first component. */
  readonly volume: Volume
  /** One, or three for red, green and blue. */
  readonly volumes: readonly Volume[]
  /** Of the first slice. */
  readonly header: DicomHeader
  /** In slice order, each once. */
  readonly files: readonly string[]
  /** Whether the affine is the patient's; otherwise it holds spacings only. */
  readonly placed: boolean
  readonly warnings: readonly string[]
}

/** One stack found in a folder. */
export interface DicomSeriesInfo {
  /** Handed to readDicomSeries: the SeriesInstanceUID, with `#2` and so on where a series holds several stacks. */
  readonly id: string
  readonly seriesInstanceUid: string
  readonly description: string
  readonly modality: string
  /** What distinguishes it from other stacks of its series; empty when there are none. */
  readonly stack: string
  readonly files: readonly string[]
  /** [slices, rows, columns] */
  readonly shape: readonly [depth: number, height: number, width: number]
}

/** What a folder holds. */
export interface DicomListing {
  readonly series: readonly DicomSeriesInfo[]
  /** Files that are no DICOM image or cannot be read, and why. */
  readonly skipped: readonly { readonly file: string; readonly reason: string; readonly damaged: boolean }[]
}

/** Which series, and what may be let through. */
export interface DicomSeriesOptions extends DicomOptions {
  /** A SeriesInstanceUID, or an `id` of listDicomSeries. */
  readonly series?: string
}

interface Found {
  readonly stacks: readonly { readonly info: DicomSeriesInfo; readonly slices: readonly SourceSlice[] }[]
  readonly skipped: DicomListing['skipped']
}

/**
 * The stacks of images in a folder of any depth, or among files.
 *
 * @throws MedicalImageError (not-found, unreadable) for a folder that cannot be read; never for its files
 */
export async function listDicomSeries(source: string | readonly string[]): Promise<DicomListing> {
  const { stacks, skipped } = await findStacks(source)
  return { series: stacks.map(({ info }) => info), skipped }
}

/**
 * One series as a volume.
 *
 * @param source a folder, a file, or files in any order
 * @param options.series which one, when there are several
 * @param options.allow irregularities to let through with a warning: 'gantry-tilt', 'uneven-spacing', 'duplicate-slices'
 * @throws MedicalImageError naming the file or folder (several-series, bad-geometry, truncated and others)
 *
 * @example
 * const { volume, warnings } = await readDicomSeries('study/series-4')
 */
export async function readDicomSeries(
  source: string | readonly string[],
  { series, allow = [] }: DicomSeriesOptions = {},
): Promise<DicomSeries> {
  const place = typeof source === 'string' ? source : (source[0] ?? 'no files')
  const { stacks, skipped } = await findStacks(source)
  const damaged = skipped.find((file) => file.damaged)
  const matching = stacks.filter(
    ({ info }) => series === undefined || series === info.id || series === info.seriesInstanceUid,
  )
  if (damaged && (series === undefined || matching.length === 0)) {
    refuse(damaged.file, { code: 'bad-dicom', expected: 'a readable DICOM image', found: damaged.reason })
  }
  const { info, slices } = theOnly(matching, { place, skipped })
  const { affine, slices: ordered, placed, warnings } = stackSlices(slices, { allow, series: place })
  const volumes = await buildVolumes(ordered, affine)
  const { header } = ordered[0].from
  const passedOver =
    skipped.length > 0 ? [`${skipped.length} files passed over: ${skipped[0].file} is ${skipped[0].reason}`] : []
  const notes = [...warnings, ...notesOn(header), ...passedOver]
  return { volume: volumes[0], volumes, header, files: filesOf(ordered, info), placed, warnings: notes }
}

function filesOf(slices: readonly SourceSlice[], { files }: DicomSeriesInfo): string[] {
  const own = new Set(slices.map(({ from }) => from.source.name))
  return own.size === 0 ? [...files] : [...own]
}

function theOnly(
  stacks: Found['stacks'],
  { place, skipped }: { place: string; skipped: Found['skipped'] },
): Found['stacks'][number] {
  if (stacks.length === 1) return stacks[0]
  if (stacks.length === 0) {
    const why = skipped.length > 0 ? `, ${skipped[0].file} is ${skipped[0].reason}` : ''
    const found = `none, and ${skipped.length} other files${why}`
    refuse(place, { code: 'not-dicom', expected: 'a series of DICOM images', found })
  }
  const shown = stacks
    .slice(0, 12)
    .map(
      ({ info }) =>
        `${info.id} (${[info.description || info.modality, info.stack, info.shape.join(' x ')].filter(Boolean).join(', ')})`,
    )
  const found = `${stacks.length}: ${shown.join('; ')}${stacks.length > shown.length ? '; …' : ''}`
  return refuse(place, { code: 'several-series', expected: 'one series, or its id in options.series', found })
}

async function findStacks(source: string | readonly string[]): Promise<Found> {
  const files = typeof source === 'string' ? await listFiles(source) : [...source]
  const bySeries = new Map<string, { slices: SourceSlice[]; at: number }[]>()
  const skipped: { file: string; reason: string; damaged: boolean }[] = []
  const read = async ({ file, at }: { file: string; at: number }) => {
    try {
      const { dataset: _, ...loaded } = await loadSource({ name: file })
      const uid = loaded.header.seriesInstanceUid
      const own = bySeries.get(uid) ?? []
      own.push({ slices: slicesOf(loaded), at })
      bySeries.set(uid, own)
    } catch (error) {
      if (!(error instanceof MedicalImageError)) throw error
      skipped.push({ file, reason: error.found, damaged: !['not-dicom', 'unsupported'].includes(error.code) })
    }
  }
  await inParallel(
    files.map((file, at) => ({ file, at })),
    read,
  )
  const series = [...bySeries].map(([uid, own]) => ({ uid, own: own.sort((a, b) => a.at - b.at) }))
  series.sort((a, b) => a.own[0].at - b.own[0].at)
  skipped.sort((a, b) => Number(b.damaged) - Number(a.damaged) || (a.file < b.file ? -1 : 1))
  return {
    stacks: series.flatMap(({ uid, own }) =>
      stacksOf(
        uid,
        own.flatMap(({ slices }) => slices),
      ),
    ),
    skipped,
  }
}

function stacksOf(uid: string, slices: readonly SourceSlice[]): Found['stacks'][number][] {
  const groups = splitStacks(slices)
  return groups.map(({ slices: own, what }, i) => {
    const { header } = own[0].from
    const info = {
      id: groups.length > 1 ? `${uid}#${i + 1}` : uid,
      seriesInstanceUid: uid,
      description: header.description,
      modality: header.modality,
      stack: what,
      files: [...new Set(own.map(({ from }) => from.source.name))],
      shape: [own.length, header.rows, header.columns] as const,
    }
    return { info, slices: own }
  })
}

/** All files below a folder, in name order; links to files are followed, links to folders are not. */
async function listFiles(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path]
    const entries = await readdir(path, { withFileTypes: true, recursive: true })
    const named = entries.filter((entry) => entry.isFile() || entry.isSymbolicLink())
    const files = named.map((entry) => ({ file: join(entry.parentPath, entry.name), link: entry.isSymbolicLink() }))
    const kept = await Promise.all(files.map(async ({ file, link }) => (!link || (await isFile(file)) ? [file] : [])))
    return kept.flat().sort()
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    const found = missing ? 'nothing there' : String(cause)
    return refuse(path, { code: missing ? 'not-found' : 'unreadable', expected: 'a readable folder', found }, cause)
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (status) => status.isFile(),
    () => false, // a link to nothing
  )
}
