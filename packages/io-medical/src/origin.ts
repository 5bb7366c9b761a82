/**
 * Where bytes came from, for messages.
 *
 * @module
 */
import { MedicalImageError, type MedicalImageErrorCode } from './errors.ts'

/** A file as messages call it, and the function that reads it. */
export interface Origin {
  readonly name: string
  readonly operation: string
}

/** Refuses a file. */
export type Refuse = (code: MedicalImageErrorCode, expected: string, found: string) => never

/** Makes MedicalImageErrors about one file. */
export function errorOf({
  name,
  operation,
}: Origin): (code: MedicalImageErrorCode, expected: string, found: string) => MedicalImageError {
  return (code, expected, found) => new MedicalImageError(operation, { code, file: name, expected, found })
}

/** Throws MedicalImageErrors about one file. */
export function refuserOf(origin: Origin): Refuse {
  return (code, expected, found) => {
    throw errorOf(origin)(code, expected, found)
  }
}
