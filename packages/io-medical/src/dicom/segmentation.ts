/**
 * What a DICOM segmentation (PS3.3, C.8.20) is here: plain values, for reading and writing.
 *
 * @module
 */
import type { Volume } from '@leanvox/volume'
import type { DicomHeader } from './dicom-header.ts'

/** A coded concept, as in SNOMED CT (scheme SCT): T-D0050 became 85756007 |Tissue|. */
export interface DicomCode {
  readonly value: string
  readonly scheme: string
  readonly meaning: string
}

/** What one segment stands for. */
export interface DicomSegment {
  /** From 1; in label maps the voxel value. */
  readonly number: number
  readonly label: string
  readonly category: DicomCode | null
  readonly type: DicomCode | null
  readonly algorithmType: 'AUTOMATIC' | 'SEMIAUTOMATIC' | 'MANUAL'
  readonly algorithmName: string
}

/** How voxels are stored. */
export type SegmentationType = 'BINARY' | 'FRACTIONAL' | 'LABELMAP'

/** The content of a DICOM segmentation. */
export interface DicomSegmentation {
  readonly type: SegmentationType
  /** In number order. */
  readonly segments: readonly DicomSegment[]
  /** Voxel value = segment number, 0 = background; null for fractional and for overlapping segments. */
  readonly labels: Volume<Uint8Array> | Volume<Uint16Array> | null
  /** One per segment: 0 and 1, or for fractional ones 0 to 1 in float32. Empty for label maps. */
  readonly masks: readonly Volume[]
  /** Whether a voxel belongs to more than one segment. */
  readonly overlapping: boolean
  /** What the values of a fractional segmentation mean; empty otherwise. */
  readonly fractionalType: 'PROBABILITY' | 'OCCUPANCY' | ''
  /** SeriesInstanceUID of the segmented images; empty when not told. */
  readonly referencedSeriesUid: string
  readonly header: DicomHeader
}
