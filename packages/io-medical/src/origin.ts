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

/** Throws MedicalImageErrors about one file. */
export function refuserOf({ name, operation }: Origin): Refuse {
  return (code, expected, found) => {
    throw new MedicalImageError(operation, { code, file: name, expected, found })
  }
}
