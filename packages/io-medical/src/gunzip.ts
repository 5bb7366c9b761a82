/**
 * Inflating gzip and zlib streams into one buffer that never holds more than a header claims.
 *
 * First the header is inflated from a small prefix of the file, then the rest with that claim as the limit. A header
 * that claims more than deflate can pack (1032 : 1, zlib's technical notes) is refused before anything is inflated.
 * The checksum is verified, so a file cut inside its last bytes is refused although all voxels are there. The members of
 * a gzip file made of several follow one another (RFC 1952).
 *
 * @module
 */
import { constants as bufferConstants } from 'node:buffer'
import { constants, unzipSync } from 'node:zlib'
import { MedicalImageError, type MedicalImageErrorCode } from './errors.ts'
import { refuserOf, type Origin } from './origin.ts'

const FIRST_PREFIX = 4096
const MOST_EXPANSION = 1032
const CHUNK = 1 << 20
/** What a prefix may inflate to: no honest header lies behind this much. */
const MOST_PREFIX = 1 << 27
/** zlib counts the room it is given in 32 bits. */
const MOST_AT_ONCE = 2 ** 31

/** Whether the bytes begin as a gzip file does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b
}

/**
 * The first `length` decompressed bytes or more; fewer when the file has no more.
 *
 * @throws MedicalImageError (bad-gzip)
 */
export function gunzipPrefix(bytes: Uint8Array, length: number, origin: Origin): Uint8Array {
  for (let taken = FIRST_PREFIX; ; taken *= 16) {
    const inflated = inflatePartly(bytes.subarray(0, taken), origin)
    if (inflated.length >= length || taken >= bytes.length) return inflated
  }
}

function inflatePartly(prefix: Uint8Array, origin: Origin): Uint8Array {
  try {
    return unzipSync(prefix, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MOST_PREFIX })
  } catch (cause) {
    throw gzipError(cause, '', origin)
  }
}

/** How much a stream should hold, and how much room it should be given. */
export interface Inflation {
  /** Bytes it must hold, no more and no fewer. */
  readonly length: number
  /** Room wanted in the buffer of the result, for what comes after; at least `length` is there. */
  readonly capacity?: number
}

/**
 * All decompressed bytes, which must be exactly `length`; in a buffer of their own.
 *
 * @throws MedicalImageError (bad-gzip, truncated, too-long, unsupported)
 */
export function gunzipExactly(bytes: Uint8Array, { length, capacity = 0 }: Inflation, origin: Origin): Uint8Array {
  assertPossible(length, bytes.length, origin)
  try {
    const inflated = unzipSync(bytes, { maxOutputLength: length, chunkSize: roomFor({ length, capacity }) })
    if (inflated.length === length) return ownBuffer(inflated)
    return refuserOf(origin)('truncated', claim(length), `${inflated.length} bytes`)
  } catch (cause) {
    if (cause instanceof MedicalImageError) throw cause
    throw gzipError(cause, claim(length), origin)
  }
}

/**
 * The output chunk that makes zlib write everything into one buffer: one byte more than it will need, or it would ask for
 * another. Beyond 2 GiB: small chunks.
 */
export function roomFor({ length, capacity = 0 }: Inflation): number {
  const room = Math.max(constants.Z_MIN_CHUNK, length + 1, capacity)
  return room < MOST_AT_ONCE ? room : CHUNK
}

/**
 * Refuses a claim that the compressed bytes cannot fulfil.
 *
 * @throws MedicalImageError (truncated, unsupported)
 */
export function assertPossible(length: number, compressedBytes: number, origin: Origin): void {
  const refuse = refuserOf(origin)
  if (length > compressedBytes * MOST_EXPANSION)
    refuse('truncated', claim(length), `${compressedBytes} compressed bytes`)
  if (length > bufferConstants.MAX_LENGTH) {
    refuse('unsupported', `at most ${bufferConstants.MAX_LENGTH} bytes`, `${length}`)
  }
}

/** How messages call the length a header asks for. */
export function claim(length: number): string {
  return `${length} bytes as the header claims`
}

/** What zlib's refusal means. */
export function gzipError(cause: unknown, expected: string, { name, operation }: Origin): MedicalImageError {
  return new MedicalImageError(operation, { ...faultOf(cause, expected), file: name }, { cause })
}

type Fault = { code: MedicalImageErrorCode; expected: string; found: string }

function faultOf(cause: unknown, expected: string): Fault {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (expected !== '') {
    if (code === 'ERR_BUFFER_TOO_LARGE') return { code: 'too-long', expected, found: 'more' }
    if (code === 'Z_BUF_ERROR') return { code: 'truncated', expected, found: 'a gzip stream that ends early' }
  }
  const found = cause instanceof Error ? cause.message : String(cause)
  return { code: 'bad-gzip', expected: 'a readable gzip stream', found }
}

// Node serves small buffers from a shared pool.
function ownBuffer(bytes: Uint8Array): Uint8Array {
  return bytes.length >= Buffer.poolSize ? bytes : Uint8Array.from(bytes)
}
