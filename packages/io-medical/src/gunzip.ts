/**
 * Gunzip that never allocates more than a NIfTI header claims.
 *
 * First the header is inflated from a small prefix of the file, then the rest with that claim as the limit. A header
 * that claims more than deflate can pack (1032 : 1, zlib's technical notes) is refused before anything is inflated.
 * The gzip checksum is verified, so a file cut inside its last 8 bytes is refused although all voxels are there.
 *
 * @module
 */
import { constants as bufferConstants } from 'node:buffer'
import { constants, gunzipSync } from 'node:zlib'
import { MedicalImageError, type MedicalImageErrorCode } from './errors.ts'

const FIRST_PREFIX = 4096
const MOST_EXPANSION = 1032
const CHUNK = 1 << 20
/** What a prefix may inflate to: no honest header lies behind this much. */
const MOST_PREFIX = 1 << 27

/** Whether the bytes begin as a gzip file does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b
}

/**
 * The first `length` decompressed bytes or more; fewer when the file has no more.
 *
 * @throws MedicalImageError (bad-gzip)
 */
export function gunzipPrefix(bytes: Uint8Array, length: number, name: string): Uint8Array {
  for (let taken = FIRST_PREFIX; ; taken *= 16) {
    const inflated = inflatePartly(bytes.subarray(0, taken), name)
    if (inflated.length >= length || taken >= bytes.length) return inflated
  }
}

function inflatePartly(prefix: Uint8Array, name: string): Uint8Array {
  try {
    return gunzipSync(prefix, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MOST_PREFIX })
  } catch (cause) {
    return refuse({ code: 'bad-gzip', expected: 'a readable gzip stream', found: messageOf(cause) }, name, cause)
  }
}

/**
 * All decompressed bytes, which must be exactly `length`.
 *
 * @throws MedicalImageError (bad-gzip, truncated, too-long)
 */
export function gunzipExactly(bytes: Uint8Array, length: number, name: string): Uint8Array {
  const expected = `${length} bytes as the header claims`
  const most = bytes.length * MOST_EXPANSION
  if (length > most) refuse({ code: 'truncated', expected, found: `${bytes.length} compressed bytes` }, name)
  if (length > bufferConstants.MAX_LENGTH) {
    refuse({ code: 'unsupported', expected: `at most ${bufferConstants.MAX_LENGTH} bytes`, found: `${length}` }, name)
  }
  try {
    const inflated = gunzipSync(bytes, { maxOutputLength: length, chunkSize: chunkFor(length) })
    if (inflated.length === length) return inflated
    return refuse({ code: 'truncated', expected, found: `${inflated.length} bytes` }, name)
  } catch (cause) {
    if (cause instanceof MedicalImageError) throw cause
    return refuse(faultOf(cause, expected), name, cause)
  }
}

function chunkFor(length: number): number {
  return Math.max(constants.Z_MIN_CHUNK, Math.min(length, CHUNK))
}

type Fault = { code: MedicalImageErrorCode; expected: string; found: string }

function faultOf(cause: unknown, expected: string): Fault {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'ERR_BUFFER_TOO_LARGE') return { code: 'too-long', expected, found: 'more' }
  if (code === 'Z_BUF_ERROR') return { code: 'truncated', expected, found: 'a gzip stream that ends early' }
  return { code: 'bad-gzip', expected: 'a readable gzip stream', found: messageOf(cause) }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

function refuse(fault: Fault, file: string, cause?: unknown): never {
  throw new MedicalImageError('readNifti', { ...fault, file }, { cause })
}
