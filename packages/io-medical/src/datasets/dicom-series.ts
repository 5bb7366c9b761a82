/**
 * DICOM files among the files of a data set: series found, and one series opened.
 *
 * The DICOM reader is loaded when the first DICOM file is met; its decoders are large.
 *
 * @module
 */
import { counted } from '../dataset.ts'
import { MedicalImageError } from '../errors.ts'
import type { OpenedData } from './open-data-file.ts'
import { geometryFacets } from './orientation.ts'

/** Series of DICOM files, each the files of one image. */
export interface FoundSeries {
  readonly found: readonly { readonly id: string; readonly files: readonly string[] }[]
  /** Files that belong to no image, counted by reason. */
  readonly warnings: readonly string[]
}

const MOST_REASONS = 6

/** The series among DICOM files. */
export async function seriesOf(files: readonly string[]): Promise<FoundSeries> {
  if (files.length === 0) return { found: [], warnings: [] }
  const { listDicomSeries } = await import('../dicom/index.ts')
  const { series, skipped } = await listDicomSeries(files)
  const reasons = [...Map.groupBy(skipped, ({ reason }) => reason)].toSorted(([, a], [, b]) => b.length - a.length)
  const listed = reasons.slice(0, MOST_REASONS).map(([reason, { length }]) => `${reason} ${length}`)
  const rest = reasons.length > MOST_REASONS ? ', …' : ''
  const says = `${counted(skipped.length, 'DICOM file')} without an image that can be read (passed over): ${listed.join(', ')}${rest}`
  const warnings = skipped.length === 0 ? [] : [says]
  return { found: series.map(({ id, files: own }) => ({ id, files: own })), warnings }
}

/**
 * The volume of a series, or the image of one file.
 *
 * @throws MedicalImageError
 */
export async function openSeries(files: readonly string[]): Promise<OpenedData> {
  const { readDicomFile, readDicomSeries } = await import('../dicom/index.ts')
  if (files.length === 0) {
    const fault = { code: 'not-found', file: 'the series', expected: 'DICOM files', found: 'none' } as const
    throw new MedicalImageError('openDataFile', fault)
  }
  const segmentation = files.length === 1 ? await openSegmentation(files[0]) : undefined
  if (segmentation) return segmentation
  const opened = files.length === 1 ? await readDicomFile(files[0]) : await readDicomSeries(files)
  const { header, volumes, placed } = opened
  const facets = {
    format: 'DICOM',
    'transfer syntax': header.transferSyntax,
    modality: header.modality || 'not said',
    colours: header.photometric,
    'voxel type': volumes[0].data.constructor.name.replace('Array', '').toLowerCase(),
    ...(placed ? geometryFacets(volumes[0].affine) : { orientation: 'none in the file' }),
    ...(opened.warnings.length > 0 ? { 'reader says': opened.warnings.join('; ') } : {}),
  }
  return { kind: 'volume', volumes, facets }
}

/** The label map of a segmentation, or its masks where segments overlap; undefined for anything that readDicomSeg does not read. */
async function openSegmentation(path: string): Promise<OpenedData | undefined> {
  const { readDicomSeg } = await import('../dicom/index.ts')
  try {
    const { type, labels, masks, segments, header, overlapping } = await readDicomSeg(path)
    const volumes = labels ? [labels] : masks
    const facets = {
      format: 'DICOM',
      'transfer syntax': header.transferSyntax,
      modality: header.modality || 'not said',
      segmentation: `${type.toLowerCase()}${overlapping ? ', overlapping' : ''}`,
      'voxel type': volumes[0].data.constructor.name.replace('Array', '').toLowerCase(),
      ...geometryFacets(volumes[0].affine),
    }
    const labelNames = labels ? new Map(segments.map(({ number, label }) => [number, label])) : null
    return { kind: 'volume', volumes, facets, labelNames }
  } catch (error) {
    if (!(error instanceof MedicalImageError)) throw error
    return undefined // the reader of images says what is wrong
  }
}
