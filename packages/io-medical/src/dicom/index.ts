export type { DicomHeader } from './dicom-header.ts'
export {
  encodeDicomSeg,
  writeDicomSeg,
  type DicomSegEncoding,
  type WritableLabels,
  type WritableMasks,
  type WritableSegment,
  type WritableSegmentation,
} from './encode-dicom-seg.ts'
export { isDicom } from './parse-file.ts'
export { decodeDicom, readDicomFile, type DicomImage, type DicomOptions } from './read-dicom-file.ts'
export { decodeDicomSeg, readDicomSeg, type DicomSegOptions } from './read-dicom-seg.ts'
export {
  listDicomSeries,
  readDicomSeries,
  type DicomListing,
  type DicomSeries,
  type DicomSeriesInfo,
  type DicomSeriesOptions,
} from './read-dicom-series.ts'
export type { DicomCode, DicomSegment, DicomSegmentation, SegmentationType } from './segmentation.ts'
export type { TargetGrid } from './segmentation-grid.ts'
export type { Irregularity } from './stack-slices.ts'
