export type { DicomHeader } from './dicom-header.ts'
export { isDicom } from './parse-file.ts'
export { decodeDicom, readDicomFile, type DicomImage, type DicomOptions } from './read-dicom-file.ts'
export {
  listDicomSeries,
  readDicomSeries,
  type DicomListing,
  type DicomSeries,
  type DicomSeriesInfo,
  type DicomSeriesOptions,
} from './read-dicom-series.ts'
export type { Irregularity } from './stack-slices.ts'
