/**
 * A whole input file, or none of it when its first bytes are not what was asked for, with the operating system's refusals told as this package tells them.
 *
 * @module
 */
import { open, type FileHandle } from 'node:fs/promises'
import { MedicalImageError } from './errors.ts'
import type { Origin } from './origin.ts'

const HEAD_BYTES = 8

/**
 * The bytes of a file.
 *
 * @param checkHead called with the first 8 bytes (fewer in a shorter file) before the rest is read; throws to refuse
 * @throws MedicalImageError (not-found, unreadable), and what `checkHead` throws
 */
export async function readBytes(
  path: string,
  operation: string,
  checkHead?: (head: Uint8Array) => void,
): Promise<Uint8Array> {
  let file: FileHandle | undefined
  try {
    file = await open(path)
    if (checkHead) checkHead(await headOf(file))
    return await file.readFile()
  } catch (cause) {
    if (cause instanceof MedicalImageError) throw cause
    throw systemError(cause, { name: path, operation })
  } finally {
    await file?.close()
  }
}

/** What the operating system's refusal means. */
export function systemError(cause: unknown, { name, operation }: Origin): MedicalImageError {
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
  const missing = reason === 'ENOENT'
  const code = missing ? 'not-found' : 'unreadable'
  const fault = { code, file: name, expected: 'a readable file', found: missing ? 'no such file' : reason } as const
  return new MedicalImageError(operation, fault, { cause })
}

/** Reads at a position, which leaves the file where it was. */
async function headOf(file: FileHandle): Promise<Uint8Array> {
  const { buffer, bytesRead } = await file.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0)
  return buffer.subarray(0, bytesRead)
}
