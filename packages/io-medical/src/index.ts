export type { CaseChecks, LoadedCase } from './case.ts'
export type { CaseFileNames, Dataset, DatasetCase } from './dataset.ts'
export { encodeNifti, type NiftiEncoding } from './encode-nifti.ts'
export { isMedicalImageError, MedicalImageError, type MedicalImageErrorCode, type MedicalImageFault } from './errors.ts'
export { checkSplit } from './images/check-split.ts'
export type { Image2d } from './images/image-2d.ts'
export type { ImageCase, ImageDataset, MaskRule } from './images/image-dataset.ts'
export type { ImageSettings, PreparedImage } from './images/prepare-image.ts'
export { prepareImages, type PreparedImages, type PrepareImagesOptions } from './images/prepare-images.ts'
export { decodeImage2d, readImage2d } from './images/read-image-2d.ts'
export { readImageFolder, type ImageFolderOptions } from './images/read-image-folder.ts'
export { readTable, type Table, type TableRow } from './images/read-table.ts'
export { resizeImage, resizeLabels, type Size2 } from './images/resize-image.ts'
export type { PartSizes } from './images/part-sizes.ts'
export { skinDataset } from './images/skin-dataset.ts'
export { splitCases, type Split, type SplitOptions } from './images/split-cases.ts'
export { WBC_LABELS, wbcDataset } from './images/wbc-dataset.ts'
export { inspectDataset, type DatasetInspection, type InspectOptions } from './inspect-dataset.ts'
export { loadCase } from './load-case.ts'
export type { AffineSource } from './nifti-affine.ts'
export type { NiftiDatatype } from './nifti-datatype.ts'
export type { NiftiExtension } from './nifti-extensions.ts'
export type { NiftiHeader } from './nifti-header.ts'
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
export { decodeNifti, readNifti, readVolume, type NiftiImage } from './read-nifti.ts'
export { writeDataset, type WritableCase, type WritableDataset } from './write-dataset.ts'
export { writeNifti } from './write-nifti.ts'
