export type { CaseChecks, LoadedCase } from './case.ts'
export type { CaseFileNames, Dataset, DatasetCase } from './dataset.ts'
export { checkDataFolder, type CheckDataOptions, type DataCheck } from './datasets/check-data-folder.ts'
export type {
  DataCase,
  DataFile,
  DataFolder,
  DataLayout,
  DataTree,
  LayoutName,
  MaskFile,
} from './datasets/data-folder.ts'
export { DATA_LAYOUTS, readDataFolder, type ReadDataFolderOptions } from './datasets/find-layout.ts'
export type { Finding, FindingCode, Severity } from './datasets/finding.ts'
export { pictureLabels } from './datasets/mask-facts.ts'
export { openDataFile, type Facets, type OpenedData } from './datasets/open-data-file.ts'
export type {
  ColumnSummary,
  DataSummaries,
  FacetSummary,
  GeometrySummary,
  IntensitySummary,
  LabelSummary,
  PartSummary,
  Spread,
} from './datasets/summaries.ts'
export {
  decodeDicom,
  decodeDicomSeg,
  encodeDicomSeg,
  isDicom,
  listDicomSeries,
  readDicomFile,
  readDicomSeg,
  readDicomSeries,
  writeDicomSeg,
  type DicomCode,
  type DicomHeader,
  type DicomImage,
  type DicomListing,
  type DicomOptions,
  type DicomSegEncoding,
  type DicomSegment,
  type DicomSegmentation,
  type DicomSegOptions,
  type DicomSeries,
  type DicomSeriesInfo,
  type DicomSeriesOptions,
  type Irregularity,
  type SegmentationType,
  type TargetGrid,
  type WritableLabels,
  type WritableMasks,
  type WritableSegment,
  type WritableSegmentation,
} from './dicom/index.ts'
export { encodeNifti, encodeNiftiPair, type NiftiEncoding, type NiftiPairBytes } from './encode-nifti.ts'
export { isMedicalImageError, MedicalImageError, type MedicalImageErrorCode, type MedicalImageFault } from './errors.ts'
export { checkSplit } from './images/check-split.ts'
export type { Image2d } from './images/image-2d.ts'
export type { ImageCase, ImageDataset, MaskRule } from './images/image-dataset.ts'
export type { ImageSettings, PreparedImage } from './images/prepare-image.ts'
export { prepareImages, type PreparedImages, type PrepareImagesOptions } from './images/prepare-images.ts'
export { readTiff, type TiffStack } from './images/decode-tiff.ts'
export { decodeImage2d, readImage2d, type PictureKind } from './images/read-image-2d.ts'
export { readImageFolder, type ImageFolderOptions } from './images/read-image-folder.ts'
export { readTable, type Table, type TableRow } from './images/read-table.ts'
export { resizeImage, resizeLabels, type Size2 } from './images/resize-image.ts'
export type { PartSizes } from './images/part-sizes.ts'
export { skinDataset } from './images/skin-dataset.ts'
export { splitCases, type Split, type SplitOptions } from './images/split-cases.ts'
export { WBC_LABELS, wbcDataset } from './images/wbc-dataset.ts'
export { imageFormat, type ImageFormat } from './image-format.ts'
export { inspectDataset, type DatasetInspection, type InspectOptions } from './inspect-dataset.ts'
export { loadCase } from './load-case.ts'
export type { MetaImageHeader } from './metaimage/metaimage-header.ts'
export { decodeMetaImage, readMetaImage, type MetaImage } from './metaimage/read-metaimage.ts'
export { encodeMetaImage, writeMetaImage, type MetaImageEncoding } from './metaimage/write-metaimage.ts'
export type { AffineSource } from './nifti-affine.ts'
export type { NiftiDatatype } from './nifti-datatype.ts'
export type { NiftiExtension } from './nifti-extensions.ts'
export type { NiftiHeader } from './nifti-header.ts'
export type { NrrdCoding, NrrdHeader } from './nrrd/nrrd-header.ts'
export { decodeNrrd, readNrrd, type NrrdImage } from './nrrd/read-nrrd.ts'
export { encodeNrrd, writeNrrd, type NrrdEncoding } from './nrrd/write-nrrd.ts'
export {
  cachedCase,
  prepareCases,
  type PrepareAllOptions,
  type PrepareOptions,
  type PrepareProgress,
} from './prepare-cases.ts'
export {
  preprocessCase,
  type IntensitySettings,
  type PreparedCase,
  type PreprocessSettings,
} from './preprocess-case.ts'
export { readDataset, type ReadDatasetOptions } from './read-dataset.ts'
export { readImage, type MedicalImage, type PictureImage, type VolumeImage } from './read-image.ts'
export { decodeNifti, readNifti, readVolume, type NiftiImage } from './read-nifti.ts'
export { writeDataset, type WritableCase, type WritableDataset } from './write-dataset.ts'
export { writeNifti } from './write-nifti.ts'
