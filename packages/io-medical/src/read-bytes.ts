/**
 * A whole input file, with the operating system's refusals told as this package tells them.
 *
 * @module
 */
import { readFile } from 'node:fs/promises'
import { MedicalImageError } from './errors.ts'

/**
 * The bytes of a file.
 *
 * @throws MedicalImageError (not-found, unreadable)
 */
export async function readBytes(path: string, operation: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    const missing = reason === 'ENOENT'
    const code = missing ? 'not-found' : 'unreadable'
    const fault = { code, file: path, expected: 'a readable file', found: missing ? 'no such file' : reason } as const
    throw new MedicalImageError(operation, fault, { cause })
  }
}
