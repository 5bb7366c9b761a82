/**
 * The one error of this package: a file operation that failed for a reason outside the program.
 *
 * A full disk, missing rights, a damaged journal or a folder in use are things a caller can act on, so they share a
 * tagged class that names the path, the operation and the reason. Mistakes in arguments stay TypeError or RangeError.
 *
 * @module
 */
import { getSystemErrorMessage } from 'node:util'

/** Where and doing what an operation failed. */
export interface FileErrorPlace {
  readonly path: string
  /** What was tried, as a verb: `'write'`, `'append'`, `'read'`, `'lock'`. */
  readonly operation: string
  /** The system's code (`'ENOSPC'`, `'EACCES'`, ...) or one of ours: `'BAD_LINE'`, `'BAD_JSON'`, `'IN_USE'`. */
  readonly code: string
  readonly cause?: unknown
}

/** A failed file operation; its message names path and reason. */
export class FileError extends Error {
  override readonly name = 'FileError'
  readonly path: string
  readonly operation: string
  readonly code: string

  constructor(message: string, { path, operation, code, cause }: FileErrorPlace) {
    super(message, cause === undefined ? undefined : { cause })
    this.path = path
    this.operation = operation
    this.code = code
  }
}

/** The usual form: `<operation> <path>: <reason>`. */
export function fileFailure(reason: string, place: FileErrorPlace): FileError {
  return new FileError(`${place.operation} ${place.path}: ${reason}`, place)
}

/** The same error as a FileError that names `path` and `operation`; errors that are no system errors pass unchanged. */
export function toFileError(error: unknown, { path, operation }: { path: string; operation: string }): unknown {
  if (!isSystemError(error)) return error
  const reason = error.errno === undefined ? error.code : `${getSystemErrorMessage(error.errno)} (${error.code})`
  return fileFailure(reason, { path, operation, code: error.code, cause: error })
}

/** The system's code of an error, or undefined. */
export function errorCode(error: unknown): string | undefined {
  return isSystemError(error) ? error.code : undefined
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && !(error instanceof FileError) && 'syscall' in error && 'code' in error
}
