/**
 * Writing DICOM segmentations: binary (1 bit, one frame per segment and slice that has voxels), fractional (8 bits, the same
 * frames) or label map (8 or 16 bits, every slice). Masks may overlap; a label map cannot.
 *
 * UIDs that are not given are `2.25.` and 128 bits of a SHA-256 of the content, so that equal content gives equal
 * bytes; nothing is drawn at random and no clock is read.
 *
 * @module
 */
import { createHash } from 'node:crypto'
import { writeFileAtomic } from '@leanvox/files'
import type { Volume } from '@leanvox/volume'
import { cross } from './dicom-header.ts'
import { decimal, encodeFields, type Fields } from './encode-fields.ts'
import { fractionFrames, labelFrames, packedLabels, packedMasks, type SegFrames } from './segmentation-frames.ts'
import { segmentationFields } from './segmentation-fields.ts'
import type { DicomSegment, SegmentationType } from './segmentation.ts'

/** A segment to write: its number and label, and what else is known of it. */
export type WritableSegment = Pick<DicomSegment, 'number' | 'label'> & Partial<DicomSegment>

/** A label map and what its values stand for. */
export interface WritableLabels {
  /** Whole numbers; 0 is background, every other value has a segment. */
  readonly labels: Volume
  readonly segments: readonly WritableSegment[]
}

/** A mask for every segment, in their order and all of one grid; they may overlap. */
export interface WritableMasks {
  /** Of a binary segmentation 0 and anything else, of a fractional one 0 to 1. */
  readonly masks: readonly Volume[]
  readonly segments: readonly WritableSegment[]
}

/** A segmentation as a label map or as masks. */
export type WritableSegmentation = WritableLabels | WritableMasks

/** How, and for which images. */
export interface DicomSegEncoding {
  /** BINARY unless told; LABELMAP takes labels, FRACTIONAL takes masks and keeps 255 steps. */
  readonly type?: SegmentationType
  /** What the values of a fractional segmentation mean; default 'PROBABILITY'. */
  readonly fractionalType?: 'PROBABILITY' | 'OCCUPANCY'
  /** Content date and time. */
  readonly createdAt: Date
  readonly description?: string
  /** The segmented series: `header` of readDicomSeries has these. */
  readonly reference?: {
    readonly studyInstanceUid: string
    readonly seriesInstanceUid: string
    readonly frameOfReferenceUid: string
  }
  /** SOP class and instance UIDs of the segmented images, where known. */
  readonly instances?: readonly { readonly sopClass: string; readonly sopInstance: string }[]
  readonly patient?: { readonly id: string; readonly name: string }
  readonly seriesInstanceUid?: string
  readonly sopInstanceUid?: string
}

const EXPLICIT_LITTLE = '1.2.840.10008.1.2.1'
const SEGMENTATION = '1.2.840.10008.5.1.4.1.1.66.4'
const SOP_CLASS = { BINARY: SEGMENTATION, FRACTIONAL: SEGMENTATION, LABELMAP: '1.2.840.10008.5.1.4.1.1.66.7' } as const

/**
 * The bytes of a DICOM-SEG file.
 *
 * @throws RangeError for voxels without a segment, segments out of 1..65535 or doubled, axes that are not perpendicular,
 *   masks that are not one per segment on one grid, fractions outside 0 to 1, a type that does not go with what is given
 */
export function encodeDicomSeg(segmentation: WritableSegmentation, options: DicomSegEncoding): Uint8Array {
  const { type = 'BINARY' } = options
  const numbers = segmentNumbers(segmentation)
  const frames = framesOf(segmentation, { type, numbers })
  const grid = 'labels' in segmentation ? segmentation.labels : segmentation.masks[0]
  const plane = planeOf(grid)
  const uid = uidsOf(grid, frames)
  const identity = {
    sopClass: SOP_CLASS[type],
    sopInstance: options.sopInstanceUid ?? uid('instance'),
    series: options.seriesInstanceUid ?? uid('series'),
    study: options.reference?.studyInstanceUid ?? uid('study'),
    frameOfReference: options.reference?.frameOfReferenceUid ?? uid('frame of reference'),
    dimensions: uid('dimensions'),
  }
  const body = encodeFields(
    segmentationFields({
      segments: segmentation.segments,
      grid,
      options: { ...options, type },
      frames,
      plane,
      identity,
    }),
  )
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    encodeMeta(identity.sopClass, identity.sopInstance),
    body,
  ])
}

/** Writes a DICOM-SEG file, whole or not at all. @throws RangeError as encodeDicomSeg, FileError */
export async function writeDicomSeg(
  path: string,
  segmentation: WritableSegmentation,
  options: DicomSegEncoding,
): Promise<void> {
  await writeFileAtomic(path, encodeDicomSeg(segmentation, options))
}

function encodeMeta(sopClass: string, sopInstance: string): Buffer {
  const fields: Fields = [
    [0x00020001, 'OB', Uint8Array.of(0, 1)],
    [0x00020002, 'UI', sopClass],
    [0x00020003, 'UI', sopInstance],
    [0x00020010, 'UI', EXPLICIT_LITTLE],
    [0x00020012, 'UI', uidFrom('leanvox io-medical')],
    [0x00020013, 'SH', 'LEANVOX'],
  ]
  const content = encodeFields(fields)
  return Buffer.concat([encodeFields([[0x00020000, 'UL', [content.length]]]), content])
}

function framesOf(
  segmentation: WritableSegmentation,
  { type, numbers }: { readonly type: SegmentationType; readonly numbers: readonly number[] },
): SegFrames {
  const what = `${'labels' in segmentation ? 'labels' : 'masks'} for ${type}`
  if ('labels' in segmentation) {
    if (type === 'FRACTIONAL') throw new RangeError(`encodeDicomSeg: expected masks for FRACTIONAL, got ${what}`)
    return type === 'BINARY' ? packedLabels(segmentation.labels, numbers) : labelFrames(segmentation.labels, numbers)
  }
  if (type === 'LABELMAP') throw new RangeError(`encodeDicomSeg: expected labels for LABELMAP, got ${what}`)
  requireMasks(segmentation)
  return type === 'BINARY' ? packedMasks(segmentation.masks, numbers) : fractionFrames(segmentation.masks, numbers)
}

function requireMasks({ masks, segments }: WritableMasks): void {
  if (masks.length !== segments.length) {
    throw new RangeError(`encodeDicomSeg: expected one mask per segment, got ${masks.length} for ${segments.length}`)
  }
  const gridOf = ({ shape, affine }: Volume) => `${shape.join(' x ')} at ${affine.join(' ')}`
  const other = masks.find((mask) => gridOf(mask) !== gridOf(masks[0]))
  if (other)
    throw new RangeError(`encodeDicomSeg: expected masks of the grid ${gridOf(masks[0])}, got ${gridOf(other)}`)
}

function segmentNumbers({ segments }: WritableSegmentation): number[] {
  const numbers = segments.map(({ number }) => number)
  const wrong = numbers.find(
    (number, i) => !Number.isInteger(number) || number < 1 || number > 65535 || numbers.indexOf(number) !== i,
  )
  if (wrong !== undefined)
    throw new RangeError(`encodeDicomSeg: expected different segment numbers of 1 to 65535, got ${wrong}`)
  if (numbers.length === 0) throw new RangeError('encodeDicomSeg: expected at least one segment, got none')
  return numbers
}

/** Orientation and positions of the slices. */
export interface SlicePlane {
  readonly orientation: readonly string[]
  readonly pixelSpacing: readonly string[]
  readonly step: string
  /** ImagePositionPatient of a slice. */
  readonly position: (slice: number) => string
}

function planeOf({ affine, spacing }: Volume): SlicePlane {
  const column = (c: number) => [-affine[c], -affine[4 + c], affine[8 + c]] // RAS to LPS
  const [x, y, z, origin] = [column(0), column(1), column(2), column(3)]
  const unit = (axis: readonly number[], length: number) => axis.map((value) => value / length)
  const rows = [...unit(x, spacing[2]), ...unit(y, spacing[1])]
  const upright = cross(rows).reduce((sum, value, axis) => sum + (value * z[axis]) / spacing[0], 0)
  if (Math.abs(Math.abs(upright) - 1) > 1e-3) {
    throw new RangeError(`encodeDicomSeg: expected perpendicular voxel axes, got the affine ${affine.join(' ')}`)
  }
  return {
    orientation: rows.map(decimal),
    pixelSpacing: [spacing[1], spacing[2]].map(decimal),
    step: decimal(spacing[0]),
    position: (slice) => origin.map((value, axis) => decimal(value + z[axis] * slice)).join('\\'),
  }
}

function uidsOf({ shape, affine }: Volume, { bytes }: SegFrames): (what: string) => string {
  const content = createHash('sha256').update(bytes).update(shape.join()).update(affine.join()).digest('hex')
  return (what) => uidFrom(`${what} ${content}`)
}

/** A UID of 128 bits of a hash (PS3.5, B.2). */
function uidFrom(text: string): string {
  return `2.25.${BigInt(`0x${createHash('sha256').update(text).digest('hex').slice(0, 32)}`)}`
}
