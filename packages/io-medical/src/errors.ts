/**
 * The one error class of this package: a file that cannot be used, and why.
 *
 * Callers act on `code` (skip the case, ask for another label) and show `message`, which names the file, what was
 * expected there and what was found. Mistakes of the programmer stay RangeError or TypeError; a full disk or a missing
 * right to write is a FileError of `@leanvox/files`.
 *
 * @module
 */

/** Why a file or a case was refused. */
export type MedicalImageErrorCode =
  | 'not-found' // no such file
  | 'unreadable' // a folder, or no right to read
  | 'not-nifti' // neither a NIfTI-1 nor a NIfTI-2 single file
  | 'bad-header' // a NIfTI header that contradicts the standard or itself
  | 'unsupported' // a valid file of a kind that is not read here
  | 'bad-gzip' // compressed bytes that do not decompress
  | 'truncated' // fewer bytes than the header claims
  | 'too-long' // more bytes than the header claims
  | 'unsafe-integer' // a 64-bit integer beyond 2^53 - 1
  | 'non-finite' // NaN or infinite voxels
  | 'image-mismatch' // channels of one case on different grids, or another number of channels than declared
  | 'label-missing'
  | 'label-shape'
  | 'label-affine'
  | 'label-value' // not an integer in 0..255, or not declared in dataset.json
  | 'label-empty' // background only
  | 'bad-json' // dataset.json is not JSON
  | 'bad-dataset' // dataset.json, or a folder of images, lacks something or contradicts itself
  | 'bad-data' // voxels as text that are no numbers of their type
  | 'not-image' // no image format that is read here
  | 'not-dicom' // neither DICM at byte 128 nor a data set
  | 'bad-dicom' // a DICOM file that is damaged or contradicts itself
  | 'several-series' // more than one stack of slices where one was asked for
  | 'bad-geometry' // slices that make no volume: gaps, duplicates, a tilted gantry
  | 'bad-image' // a picture that does not decode: damaged, cut off, or contradicting itself
  | 'mask-shape' // a mask of another size than its image
  | 'mask-value' // a mask's pixel that stands for no label
  | 'bad-table' // a CSV file that is no table, or lacks a column
  | 'duplicate-id' // two rows of a table, or two files of a folder, for one id

/** What a refused file was refused for. */
export interface MedicalImageFault {
  readonly code: MedicalImageErrorCode
  /** Path or name of the file, as the caller gave it. */
  readonly file: string
  readonly expected: string
  readonly found: string
}

/** A medical image, label or data set that cannot be used. */
export class MedicalImageError extends Error implements MedicalImageFault {
  override readonly name = 'MedicalImageError'
  readonly code: MedicalImageErrorCode
  readonly file: string
  readonly expected: string
  readonly found: string
  /** The case the file belongs to, once that is known. */
  caseId: string | undefined

  constructor(operation: string, fault: MedicalImageFault, options?: ErrorOptions) {
    super(`${operation}: expected ${fault.expected} in ${fault.file}, got ${fault.found}`, options)
    this.code = fault.code
    this.file = fault.file
    this.expected = fault.expected
    this.found = fault.found
  }
}

/** Whether `error` is a MedicalImageError, and of that code when one is given. */
export function isMedicalImageError(error: unknown, code?: MedicalImageErrorCode): error is MedicalImageError {
  return error instanceof MedicalImageError && (code === undefined || error.code === code)
}

/** The same error, told which case it belongs to; other errors pass unchanged. */
export function inCase(error: unknown, caseId: string): unknown {
  if (error instanceof MedicalImageError) error.caseId ??= caseId
  return error
}
