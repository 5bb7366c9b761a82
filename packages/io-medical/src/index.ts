export type { CaseChecks, LoadedCase } from './case.ts'
export type { CaseFileNames, Dataset, DatasetCase } from './dataset.ts'
export { encodeNifti, type NiftiEncoding } from './encode-nifti.ts'
export { isMedicalImageError, MedicalImageError, type MedicalImageErrorCode, type MedicalImageFault } from './errors.ts'
export { inspectDataset, type DatasetInspection, type InspectOptions } from './inspect-dataset.ts'
export { loadCase } from './load-case.ts'
export type { AffineSource } from './nifti-affine.ts'
export type { NiftiDatatype } from './nifti-datatype.ts'
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
