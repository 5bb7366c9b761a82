/**
 * Reading DICOM segmentations (PS3.3, A.51 and A.91): binary, fractional, label map; overlapping segments; frames that
 * are not stored are empty.
 *
 * Slide microscopy (tiles) is not read.
 *
 * @module
 */
import { createVolume, voxelCount, type Volume } from '@leanvox/volume'
import type { ByteSource } from './byte-source.ts'
import type { Dataset } from './dataset.ts'
import { fillFrames, loadSource, type LoadedSource } from './load-source.ts'
import { refuse } from './refuse.ts'
import type { DicomCode, DicomSegment, DicomSegmentation, SegmentationType } from './segmentation.ts'
import { alignToGrid, gridOfFrames, type FrameGrid, type TargetGrid } from './segmentation-grid.ts'
import { TAG } from './tags.ts'

/** Where the segmentation shall lie. */
export interface DicomSegOptions {
  /** The volume that was segmented: masks get its shape and affine. Without it the frames' positions make the grid. */
  readonly geometry?: TargetGrid
}

/**
 * The segmentation in the bytes of a DICOM-SEG file.
 *
 * @throws MedicalImageError (not-dicom, bad-dicom, bad-geometry, truncated, unsupported)
 */
export function decodeDicomSeg(
  bytes: Uint8Array,
  { name = 'the DICOM file', geometry }: DicomSegOptions & { name?: string } = {},
): Promise<DicomSegmentation> {
  return readSeg({ name, bytes }, geometry)
}

/**
 * The segmentation of a DICOM-SEG file.
 *
 * @throws MedicalImageError as decodeDicomSeg, and not-found, unreadable
 *
 * @example
 * const { volume } = await readDicomSeries('study/ct')
 * const { segments, labels } = await readDicomSeg('study/seg.dcm', { geometry: volume })
 */
export function readDicomSeg(path: string, { geometry }: DicomSegOptions = {}): Promise<DicomSegmentation> {
  return readSeg({ name: path }, geometry)
}

async function readSeg(source: ByteSource, geometry: TargetGrid | undefined): Promise<DicomSegmentation> {
  const { dataset, ...found } = await loadSource(source)
  const loaded = { ...found, palette: null } // label maps keep their values, whatever colours they are shown in
  const type = typeOf(dataset, loaded)
  const size = { rows: loaded.header.rows, columns: loaded.header.columns, name: source.name }
  const grid = geometry ? alignToGrid(loaded.frames, geometry, size) : gridOfFrames(loaded.frames, size)
  const segments = dataset.items(TAG.SegmentSequence).map(segmentOf)
  segments.sort((a, b) => a.number - b.number)
  const facts = {
    type,
    segments,
    header: loaded.header,
    fractionalType: type === 'FRACTIONAL' ? fractionalType(dataset) : '',
    referencedSeriesUid: dataset.item(TAG.ReferencedSeriesSequence)?.text(TAG.SeriesInstanceUID) ?? '',
  } as const
  if (type === 'LABELMAP') return { ...facts, masks: [], overlapping: false, labels: await readLabelMap(loaded, grid) }
  const numbers = segmentNumbers(dataset, loaded, segments)
  const masks = await readMasks({ loaded, grid, numbers }, segments)
  if (type === 'FRACTIONAL') return { ...facts, masks: fractions(masks, dataset), overlapping: false, labels: null }
  const labels = joined(masks, segments)
  return { ...facts, masks, overlapping: labels === null, labels }
}

function typeOf(dataset: Dataset, { header, source: { name } }: LoadedSource): SegmentationType {
  const type = dataset.text(TAG.SegmentationType)
  if (type !== 'BINARY' && type !== 'FRACTIONAL' && type !== 'LABELMAP') {
    return refuse(name, {
      code: 'unsupported',
      expected: 'a segmentation',
      found: type || header.modality || 'another image',
    })
  }
  if (dataset.text(TAG.DimensionOrganizationType).startsWith('TILED') || dataset.has(TAG.TotalPixelMatrixColumns)) {
    refuse(name, { code: 'unsupported', expected: 'a segmentation of slices', found: 'one of tiles' })
  }
  const bits = type === 'BINARY' ? [1] : type === 'FRACTIONAL' ? [8] : [8, 16]
  if (header.samples !== 1 || !bits.includes(header.bitsAllocated)) {
    refuse(name, {
      code: 'bad-dicom',
      expected: `${bits.join(' or ')} bits in a ${type} segmentation`,
      found: `${header.bitsAllocated}`,
    })
  }
  return type
}

function fractionalType(dataset: Dataset): 'PROBABILITY' | 'OCCUPANCY' {
  return dataset.text(TAG.SegmentationFractionalType) === 'OCCUPANCY' ? 'OCCUPANCY' : 'PROBABILITY'
}

function segmentOf(item: Dataset): DicomSegment {
  const algorithm = item.text(TAG.SegmentAlgorithmType)
  return {
    number: item.ushort(TAG.SegmentNumber) ?? 0,
    label: item.text(TAG.SegmentLabel),
    category: codeOf(item.item(TAG.SegmentedPropertyCategoryCodeSequence)),
    type: codeOf(item.item(TAG.SegmentedPropertyTypeCodeSequence)),
    algorithmType: algorithm === 'AUTOMATIC' || algorithm === 'SEMIAUTOMATIC' ? algorithm : 'MANUAL',
    algorithmName: item.text(TAG.SegmentAlgorithmName),
  }
}

function codeOf(item: Dataset | undefined): DicomCode | null {
  if (!item) return null
  return {
    value: item.text(TAG.CodeValue),
    scheme: item.text(TAG.CodingSchemeDesignator),
    meaning: item.text(TAG.CodeMeaning),
  }
}

async function readLabelMap(loaded: LoadedSource, grid: FrameGrid): Promise<Volume<Uint8Array> | Volume<Uint16Array>> {
  const wide = loaded.header.bitsAllocated === 16
  const data = wide ? new Uint16Array(voxelCount(grid.shape)) : new Uint8Array(voxelCount(grid.shape))
  const pixels = loaded.header.rows * loaded.header.columns
  const taken = new Set(grid.slices)
  if (taken.size < grid.slices.length) {
    refuse(loaded.source.name, { code: 'bad-dicom', expected: 'one frame per slice of a label map', found: 'several' })
  }
  await fillFrames(
    loaded,
    grid.slices.map((slice, frame) => ({ frame, planes: [data.subarray(slice * pixels, (slice + 1) * pixels)] })),
  )
  const { shape, affine } = grid
  return data instanceof Uint16Array ? createVolume({ data, shape, affine }) : createVolume({ data, shape, affine })
}

/** The segment of each frame. */
function segmentNumbers(
  dataset: Dataset,
  { header, source: { name } }: LoadedSource,
  segments: readonly DicomSegment[],
): number[] {
  const identification = (level: Dataset | undefined) =>
    level?.item(TAG.SegmentIdentificationSequence)?.ushort(TAG.ReferencedSegmentNumber)
  const shared = identification(dataset.item(TAG.SharedFunctionalGroupsSequence))
  const perFrame = dataset.items(TAG.PerFrameFunctionalGroupsSequence, header.frames)
  const known = new Set(segments.map(({ number }) => number))
  return Array.from({ length: header.frames }, (_, i) => {
    const number = identification(perFrame[i]) ?? shared ?? -1
    if (known.has(number)) return number
    return refuse(name, {
      code: 'bad-dicom',
      expected: `a segment of ${[...known].join(', ')} for frame ${i + 1}`,
      found: String(number),
    })
  })
}

interface MaskWork {
  readonly loaded: LoadedSource
  readonly grid: FrameGrid
  readonly numbers: readonly number[]
}

async function readMasks(
  { loaded, grid, numbers }: MaskWork,
  segments: readonly DicomSegment[],
): Promise<Volume<Uint8Array>[]> {
  const { shape, affine, slices } = grid
  const pixels = shape[1] * shape[2]
  const { name } = loaded.source
  // Empty segments and slices are not stored: what they claim together must stay near what is.
  if (segments.length * shape[0] > 64 * (slices.length + 16)) {
    refuse(name, {
      code: 'bad-geometry',
      expected: 'masks that are not almost all empty',
      found: `${slices.length} frames for ${segments.length} x ${shape[0]} slices`,
    })
  }
  const masks = new Map(segments.map(({ number }) => [number, new Uint8Array(pixels * shape[0])]))
  const taken = new Set<string>()
  const targets = slices.map((slice, frame) => {
    const key = `${numbers[frame]}:${slice}`
    if (taken.has(key))
      refuse(name, {
        code: 'bad-dicom',
        expected: 'one frame per segment and slice',
        found: `two for segment ${numbers[frame]}`,
      })
    taken.add(key)
    const mask = masks.get(numbers[frame]) ?? new Uint8Array(0)
    return { frame, planes: [mask.subarray(slice * pixels, (slice + 1) * pixels)] }
  })
  await fillFrames(loaded, targets)
  return [...masks.values()].map((data) => createVolume({ data, shape, affine }))
}

function fractions(masks: readonly Volume<Uint8Array>[], dataset: Dataset): Volume<Float32Array>[] {
  const most = dataset.ushort(TAG.MaximumFractionalValue) ?? 255
  return masks.map(({ data, shape, affine }) =>
    createVolume({ data: Float32Array.from(data, (value) => value / (most || 255)), shape, affine }),
  )
}

/** One label map, or null where segments overlap. */
function joined(masks: readonly Volume<Uint8Array>[], segments: readonly DicomSegment[]): DicomSegmentation['labels'] {
  if (masks.length === 0) return null
  const { shape, affine, data } = masks[0]
  const wide = segments[segments.length - 1].number > 255
  const labels = wide ? new Uint16Array(data.length) : new Uint8Array(data.length)
  for (const [i, mask] of masks.entries()) {
    const { number } = segments[i]
    for (let at = 0; at < labels.length; at++) {
      if (mask.data[at] === 0) continue
      if (labels[at] !== 0) return null
      labels[at] = number
    }
  }
  return labels instanceof Uint16Array
    ? createVolume({ data: labels, shape, affine })
    : createVolume({ data: labels, shape, affine })
}
