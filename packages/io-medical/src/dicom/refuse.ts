/**
 * The tagged error of this reader, thrown in one place so that every message is told alike.
 *
 * @module
 */
import { MedicalImageError, type MedicalImageErrorCode } from '../errors.ts'

/** Why a DICOM file is refused. */
export interface DicomFault {
  readonly code: MedicalImageErrorCode
  readonly expected: string
  readonly found: string
}

/** Throws a MedicalImageError about a file. */
export function refuse(file: string, fault: DicomFault, cause?: unknown): never {
  throw new MedicalImageError('readDicom', { ...fault, file }, cause === undefined ? undefined : { cause })
}
