/**
 * What a DICOM image says about itself, checked: pixel format, identity, and per frame its place, scaling and what
 * tells it from other frames at that place (PS3.3: C.7.6.2, C.7.6.3, C.7.6.16, C.8.8.3).
 *
 * @module
 */
import { MOST_ITEMS, type Dataset } from './dataset.ts'
import type { ParsedFile } from './parse-file.ts'
import { refuse } from './refuse.ts'
import { TAG } from './tags.ts'

/** Plain facts of one DICOM image. */
export interface DicomHeader {
  readonly transferSyntax: string
  readonly sopClass: string
  readonly sopInstance: string
  readonly studyInstanceUid: string
  readonly seriesInstanceUid: string
  readonly frameOfReferenceUid: string
  readonly modality: string
  readonly description: string
  readonly photometric: string
  readonly rows: number
  readonly columns: number
  readonly frames: number
  /** Samples per pixel. */
  readonly samples: number
  readonly planar: boolean
  readonly bitsAllocated: number
  readonly bitsStored: number
  readonly highBit: number
  readonly signed: boolean
  /** Stored as (double) float pixel data. */
  readonly float: boolean
  /** Whether the pixels were ever compressed with loss. */
  readonly lossy: boolean
}

/** The place and scaling of one frame. */
export interface FrameFacts {
  /** LPS mm of the centre of the first pixel; null when the image has no place in the patient. */
  readonly position: readonly number[] | null
  /** Direction cosines of a row, then of a column; null likewise. */
  readonly orientation: readonly number[] | null
  /** mm between rows, mm between columns. */
  readonly pixelSpacing: readonly number[]
  /** mm to the next slice where only one is there. */
  readonly sliceStep: number
  readonly slope: number
  readonly intercept: number
  /** Stack, echo time, b-value, time and so on: what tells frames at one place apart. */
  readonly marks: readonly string[]
  readonly instanceNumber: number
}

/** What `marks` are, in their order. */
export const MARK_NAMES = [
  'stack',
  'image type',
  'echo time',
  'b-value',
  'temporal position',
  'trigger time',
  'acquisition',
] as const

/** Checked facts of a parsed file. @throws MedicalImageError (bad-dicom, unsupported) */
export function readHeader({ dataset, transferSyntax, pixels }: ParsedFile): DicomHeader {
  const { name } = dataset.region
  if (!pixels)
    refuse(name, { code: 'unsupported', expected: 'an image', found: `${kindOf(dataset)} without pixel data` })
  const bitsAllocated = required(dataset, TAG.BitsAllocated, 'BitsAllocated')
  const bitsStored = dataset.ushort(TAG.BitsStored) ?? bitsAllocated
  const header = {
    transferSyntax,
    ...identity(dataset),
    photometric: dataset.text(TAG.PhotometricInterpretation) || 'MONOCHROME2',
    rows: required(dataset, TAG.Rows, 'Rows'),
    columns: required(dataset, TAG.Columns, 'Columns'),
    frames: dataset.number(TAG.NumberOfFrames) ?? 1,
    samples: dataset.ushort(TAG.SamplesPerPixel) ?? 1,
    planar: dataset.ushort(TAG.PlanarConfiguration) === 1,
    bitsAllocated,
    bitsStored,
    highBit: dataset.ushort(TAG.HighBit) ?? bitsStored - 1,
    signed: dataset.ushort(TAG.PixelRepresentation) === 1,
    float: pixels.tag !== TAG.PixelData,
    lossy: dataset.text(TAG.LossyImageCompression) === '01',
  }
  checkFormat(header, name)
  return header
}

function identity(dataset: Dataset) {
  return {
    sopClass: dataset.text(TAG.SOPClassUID),
    sopInstance: dataset.text(TAG.SOPInstanceUID),
    studyInstanceUid: dataset.text(TAG.StudyInstanceUID),
    seriesInstanceUid: dataset.text(TAG.SeriesInstanceUID),
    frameOfReferenceUid: dataset.text(TAG.FrameOfReferenceUID),
    modality: dataset.text(TAG.Modality),
    description: dataset.text(TAG.SeriesDescription),
  }
}

function kindOf(dataset: Dataset): string {
  return dataset.text(TAG.Modality) || dataset.text(TAG.SOPClassUID) || 'a data set'
}

function required(dataset: Dataset, tag: number, keyword: string): number {
  const value = dataset.ushort(tag)
  if (value !== undefined && value > 0) return value
  const found = value === undefined ? 'none' : String(value)
  return refuse(dataset.region.name, { code: 'bad-dicom', expected: `${keyword} of 1 or more`, found })
}

function checkFormat(header: Omit<DicomHeader, 'name'>, name: string): void {
  const { bitsAllocated, bitsStored, highBit, samples, frames, float } = header
  if (!Number.isInteger(frames) || frames < 1) {
    refuse(name, { code: 'bad-dicom', expected: 'NumberOfFrames of 1 or more', found: String(frames) })
  }
  if (frames > MOST_ITEMS) {
    refuse(name, { code: 'unsupported', expected: `at most ${MOST_ITEMS} frames`, found: String(frames) })
  }
  const widths = float ? [32, 64] : [1, 8, 16, 32]
  if (!widths.includes(bitsAllocated)) {
    refuse(name, { code: 'unsupported', expected: `BitsAllocated ${widths.join(', ')}`, found: String(bitsAllocated) })
  }
  if (bitsStored < 1 || bitsStored > bitsAllocated || highBit >= bitsAllocated || highBit < bitsStored - 1) {
    const found = `BitsStored ${bitsStored}, HighBit ${highBit}, BitsAllocated ${bitsAllocated}`
    refuse(name, { code: 'bad-dicom', expected: 'stored bits within the allocated ones', found })
  }
  if (samples !== 1 && samples !== 3) {
    refuse(name, { code: 'unsupported', expected: '1 or 3 samples per pixel', found: String(samples) })
  }
}

/** Place and scaling of every frame, in file order. @throws MedicalImageError (bad-dicom, unsupported) */
export function readFrames(dataset: Dataset, header: DicomHeader): FrameFacts[] {
  if (dataset.has(TAG.ModalityLUTSequence)) {
    const expected = 'rescale slope and intercept'
    refuse(dataset.region.name, { code: 'unsupported', expected, found: 'a modality lookup table' })
  }
  const shared = dataset.item(TAG.SharedFunctionalGroupsSequence)
  const perFrame = dataset.items(TAG.PerFrameFunctionalGroupsSequence, header.frames)
  if (perFrame.length === 0 && shared) return sameFacts(frameFacts([shared, dataset], 0), header)
  if (perFrame.length > 0) {
    if (perFrame.length < header.frames) {
      const found = String(perFrame.length)
      refuse(dataset.region.name, { code: 'bad-dicom', expected: `${header.frames} per-frame groups`, found })
    }
    return Array.from({ length: header.frames }, (_, i) => frameFacts([perFrame[i], shared, dataset], i))
  }
  const first = frameFacts([dataset], 0)
  return header.frames === 1 ? [first] : movedAlong(dataset, header, first)
}

/** Frames that nothing tells apart have no place of their own. */
function sameFacts(facts: FrameFacts, { frames }: DicomHeader): FrameFacts[] {
  const shown = frames === 1 ? facts : { ...facts, position: null, orientation: null }
  return Array.from({ length: frames }, () => shown)
}

type Levels = readonly (Dataset | undefined)[]

/** The first level that has `group` (or holds the value itself) wins. */
function find(levels: Levels, group: number | null, tag: number): Dataset | undefined {
  for (const level of levels) {
    const place = group === null ? level : (level?.item(group) ?? (level?.has(tag) ? level : undefined))
    if (place?.has(tag)) return place
  }
  return undefined
}

function frameFacts(levels: Levels, index: number): FrameFacts {
  const numbers = (group: number | null, tag: number) => find(levels, group, tag)?.numbers(tag) ?? []
  const one = (group: number | null, tag: number) => find(levels, group, tag)?.number(tag)
  const measures = TAG.PixelMeasuresSequence
  const position = finite(numbers(TAG.PlanePositionSequence, TAG.ImagePositionPatient), 3)
  const orientation = finite(numbers(TAG.PlaneOrientationSequence, TAG.ImageOrientationPatient), 6)
  const spacing = finite(numbers(measures, TAG.PixelSpacing), 2) ?? finite(numbers(null, TAG.ImagerPixelSpacing), 2)
  const step = one(measures, TAG.SpacingBetweenSlices) ?? one(measures, TAG.SliceThickness) ?? 1
  const transform = TAG.PixelValueTransformationSequence
  const slope = one(transform, TAG.RescaleSlope) ?? one(null, TAG.DoseGridScaling) ?? 1
  return {
    position: orientation && position,
    orientation: position && orientation,
    pixelSpacing: spacing?.every((mm) => mm > 0) ? spacing : [1, 1],
    sliceStep: Math.abs(step) > 0 && Number.isFinite(step) ? Math.abs(step) : 1,
    slope: slope === 0 ? 1 : slope,
    intercept: one(transform, TAG.RescaleIntercept) ?? 0,
    marks: marksOf(levels),
    instanceNumber: one(null, TAG.InstanceNumber) ?? index,
  }
}

function finite(values: readonly number[], count: number): readonly number[] | null {
  return values.length === count && values.every(Number.isFinite) ? values : null
}

function marksOf(levels: Levels): string[] {
  const text = (group: number | null, tag: number) => {
    const place = find(levels, group, tag)
    const numbers = place?.numbers(tag) ?? []
    return numbers.length > 0 && numbers.every(Number.isFinite) ? numbers.join('\\') : (place?.text(tag) ?? '')
  }
  const content = TAG.FrameContentSequence
  const time = text(content, TAG.TemporalPositionIndex) || text(null, TAG.TemporalPositionIdentifier)
  return [
    text(content, TAG.StackID),
    text(null, TAG.ImageType),
    text(null, TAG.EchoTime),
    text(null, TAG.DiffusionBValue),
    time,
    text(null, TAG.TriggerTime),
    text(null, TAG.AcquisitionNumber),
  ]
}

/** Frames of a classic multi-frame image: by the dose grid's offsets, else stacked at `sliceStep` without a place. */
function movedAlong(dataset: Dataset, header: DicomHeader, first: FrameFacts): FrameFacts[] {
  const offsets = dataset.numbers(TAG.GridFrameOffsetVector)
  const { position, orientation } = first
  const placed = position && orientation && offsets.length === header.frames && offsets.every(Number.isFinite)
  if (!placed) return sameFacts(first, header)
  const normal = cross(orientation)
  // Offsets are relative to the first frame, or, when the first is not 0, positions along an axial patient axis.
  return offsets.map((offset) => ({
    ...first,
    position: position.map((p, axis) => p + normal[axis] * (offset - offsets[0])),
  }))
}

/** The slice direction: row direction times column direction. */
export function cross([a, b, c, d, e, f]: readonly number[]): number[] {
  return [b * f - c * e, c * d - a * f, a * e - b * d]
}
