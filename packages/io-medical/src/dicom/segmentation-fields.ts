/**
 * The data elements of a segmentation (PS3.3: A.51.3, A.91.3): patient, study, series, equipment, image, segments,
 * functional groups.
 *
 * @module
 */
import type { Volume } from '@leanvox/volume'
import type { DicomSegEncoding, SlicePlane, WritableSegment } from './encode-dicom-seg.ts'
import type { Field, Fields } from './encode-fields.ts'
import { FULL_FRACTION, type SegFrames } from './segmentation-frames.ts'
import type { DicomCode, SegmentationType } from './segmentation.ts'
import { TAG } from './tags.ts'

/** Everything that goes into the file. */
export interface SegmentationContent {
  readonly segments: readonly WritableSegment[]
  readonly grid: Volume
  readonly options: DicomSegEncoding & { readonly type: SegmentationType }
  readonly frames: SegFrames
  readonly plane: SlicePlane
  readonly identity: Readonly<
    Record<'sopClass' | 'sopInstance' | 'series' | 'study' | 'frameOfReference' | 'dimensions', string>
  >
}

const TISSUE: DicomCode = { value: '85756007', scheme: 'SCT', meaning: 'Tissue' }
const DIMENSION_UID = 0x00209164
const DIMENSION_POINTER = 0x00209165
const GROUP_POINTER = 0x00209167

/** All elements of the data set. */
export function segmentationFields(content: SegmentationContent): Fields {
  return [...identityFields(content), ...imageFields(content), ...segmentFields(content), ...functionalGroups(content)]
}

function identityFields({ options, identity }: SegmentationContent): Fields {
  const iso = options.createdAt.toISOString()
  return [
    [TAG.SpecificCharacterSet, 'CS', 'ISO_IR 192'],
    [TAG.ImageType, 'CS', 'DERIVED\\PRIMARY'],
    [TAG.SOPClassUID, 'UI', identity.sopClass],
    [TAG.SOPInstanceUID, 'UI', identity.sopInstance],
    [0x00080020, 'DA', ''],
    [0x00080023, 'DA', iso.slice(0, 10).replaceAll('-', '')],
    [0x00080030, 'TM', ''],
    [0x00080033, 'TM', iso.slice(11, 19).replaceAll(':', '')],
    [0x00080050, 'SH', ''],
    [TAG.Modality, 'CS', 'SEG'],
    [0x00080070, 'LO', 'Leanvox'],
    [0x00080090, 'PN', ''],
    [TAG.SeriesDescription, 'LO', options.description ?? 'Segmentation'],
    [0x00081090, 'LO', '@leanvox/io-medical'],
    [TAG.PatientName, 'PN', options.patient?.name ?? ''],
    [TAG.PatientID, 'LO', options.patient?.id ?? ''],
    [0x00100030, 'DA', ''],
    [0x00100040, 'CS', ''],
    [0x00181000, 'LO', '0'],
    [0x00181020, 'LO', '0'],
    [TAG.StudyInstanceUID, 'UI', identity.study],
    [TAG.SeriesInstanceUID, 'UI', identity.series],
    [0x00200010, 'SH', ''],
    [0x00200011, 'IS', '1'],
    [TAG.InstanceNumber, 'IS', '1'],
    [TAG.FrameOfReferenceUID, 'UI', identity.frameOfReference],
    [0x00201040, 'LO', ''],
    ...referenceFields(options),
  ]
}

function referenceFields({ reference, instances = [] }: DicomSegEncoding): Field[] {
  if (!reference) return []
  const images = instances.map(({ sopClass, sopInstance }): Fields => [
    [0x00081150, 'UI', sopClass],
    [TAG.ReferencedSOPInstanceUID, 'UI', sopInstance],
  ])
  const series: Fields = [[TAG.SeriesInstanceUID, 'UI', reference.seriesInstanceUid]]
  return [[TAG.ReferencedSeriesSequence, 'SQ', [images.length > 0 ? [...series, [0x0008114a, 'SQ', images]] : series]]]
}

function imageFields({ grid, frames, options: { type } }: SegmentationContent): Fields {
  const { bits } = frames
  return [
    [TAG.SamplesPerPixel, 'US', [1]],
    [TAG.PhotometricInterpretation, 'CS', 'MONOCHROME2'],
    [TAG.NumberOfFrames, 'IS', String(frames.frames.length)],
    [TAG.Rows, 'US', [grid.shape[1]]],
    [TAG.Columns, 'US', [grid.shape[2]]],
    [TAG.BitsAllocated, 'US', [bits]],
    [TAG.BitsStored, 'US', [bits]],
    [TAG.HighBit, 'US', [bits - 1]],
    [TAG.PixelRepresentation, 'US', [0]],
    ...(type === 'LABELMAP' ? [[0x00280120, 'US', [0]] as const] : []), // padding value: background
    [TAG.LossyImageCompression, 'CS', '00'],
    [TAG.PixelData, bits === 16 ? 'OW' : 'OB', frames.bytes],
  ]
}

function segmentFields({ segments, options: { type, fractionalType = 'PROBABILITY' } }: SegmentationContent): Fields {
  const items = segments.map(
    ({ number, label, category, type: property, algorithmType = 'MANUAL', algorithmName = '' }): Fields => {
      const named = algorithmType !== 'MANUAL'
      return [
        [TAG.SegmentedPropertyCategoryCodeSequence, 'SQ', [codeFields(category ?? TISSUE)]],
        [TAG.SegmentNumber, 'US', [number]],
        [TAG.SegmentLabel, 'LO', label],
        [TAG.SegmentAlgorithmType, 'CS', algorithmType],
        ...(named ? [[TAG.SegmentAlgorithmName, 'LO', algorithmName || 'not named'] as const] : []),
        [TAG.SegmentedPropertyTypeCodeSequence, 'SQ', [codeFields(property ?? TISSUE)]],
      ]
    },
  )
  return [
    [TAG.SegmentationType, 'CS', type],
    ...(type === 'FRACTIONAL' ? fractionFields(fractionalType) : []),
    [TAG.SegmentSequence, 'SQ', items],
    [0x00700080, 'CS', 'SEGMENTATION'],
    [0x00700081, 'LO', ''],
    [0x00700084, 'PN', ''],
  ]
}

function fractionFields(fractionalType: string): Fields {
  return [
    [TAG.SegmentationFractionalType, 'CS', fractionalType],
    [TAG.MaximumFractionalValue, 'US', [FULL_FRACTION]],
  ]
}

function codeFields({ value, scheme, meaning }: DicomCode): Fields {
  return [
    [TAG.CodeValue, 'SH', value],
    [TAG.CodingSchemeDesignator, 'SH', scheme],
    [TAG.CodeMeaning, 'LO', meaning],
  ]
}

function functionalGroups({ frames, plane, identity, options: { type } }: SegmentationContent): Fields {
  const measures: Fields = [
    [TAG.SliceThickness, 'DS', plane.step],
    [TAG.SpacingBetweenSlices, 'DS', plane.step],
    [TAG.PixelSpacing, 'DS', plane.pixelSpacing.join('\\')],
  ]
  const shared: Fields = [
    [TAG.PixelMeasuresSequence, 'SQ', [measures]],
    [TAG.PlaneOrientationSequence, 'SQ', [[[TAG.ImageOrientationPatient, 'DS', plane.orientation.join('\\')]]]],
  ]
  const perFrame = frames.frames.map(({ slice, segment }): Fields => {
    const index = segment === null ? [slice + 1] : [segment, slice + 1]
    const group: Field[] = [
      [TAG.FrameContentSequence, 'SQ', [[[0x00209157, 'UL', index]]]],
      [TAG.PlanePositionSequence, 'SQ', [[[TAG.ImagePositionPatient, 'DS', plane.position(slice)]]]],
    ]
    if (segment !== null)
      group.push([TAG.SegmentIdentificationSequence, 'SQ', [[[TAG.ReferencedSegmentNumber, 'US', [segment]]]]])
    return group
  })
  return [
    ...dimensionFields(identity.dimensions, type),
    [TAG.SharedFunctionalGroupsSequence, 'SQ', [shared]],
    [TAG.PerFrameFunctionalGroupsSequence, 'SQ', perFrame],
  ]
}

function dimensionFields(uid: string, type: string): Field[] {
  const pointer = (tag: number, group: number): Fields => [
    [DIMENSION_UID, 'UI', uid],
    [DIMENSION_POINTER, 'AT', [tag]],
    [GROUP_POINTER, 'AT', [group]],
  ]
  const position = pointer(TAG.ImagePositionPatient, TAG.PlanePositionSequence)
  const segment = pointer(TAG.ReferencedSegmentNumber, TAG.SegmentIdentificationSequence)
  return [
    [0x00209221, 'SQ', [[[DIMENSION_UID, 'UI', uid]]]],
    [0x00209222, 'SQ', type === 'LABELMAP' ? [position] : [segment, position]],
  ]
}
