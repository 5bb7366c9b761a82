/**
 * The frame of a gzip file of one member (RFC 1952): where its deflate stream begins, and what its trailer says.
 *
 * @module
 */

/** The last eight bytes. */
export interface GzipTrailer {
  readonly crc: number
  /** Length of the content modulo 2^32. */
  readonly length: number
}

export const TRAILER_BYTES = 8
const FIXED_BYTES = 10
const [HEADER_CRC, EXTRA, NAME, COMMENT] = [2, 4, 8, 16]

/** First byte of the deflate stream; undefined when the header is not a usual one that ends within `head`. */
export function streamStart(head: Uint8Array): number | undefined {
  const flags = head[3]
  const usual = head[0] === 0x1f && head[1] === 0x8b && head[2] === 8 && flags < 32 && (flags & HEADER_CRC) === 0
  if (!usual || head.length < FIXED_BYTES + 2) return undefined
  let at = FIXED_BYTES
  if (flags & EXTRA) at += 2 + head[at] + 256 * head[at + 1]
  if (flags & NAME) at = afterZero(head, at)
  if (flags & COMMENT) at = afterZero(head, at)
  return at <= head.length ? at : undefined
}

function afterZero(head: Uint8Array, from: number): number {
  const zero = head.indexOf(0, from)
  return zero < 0 ? Infinity : zero + 1
}

/** The trailer, given the last bytes of the file. */
export function gzipTrailer(tail: Uint8Array): GzipTrailer {
  const view = new DataView(tail.buffer, tail.byteOffset + tail.length - TRAILER_BYTES, TRAILER_BYTES)
  return { crc: view.getUint32(0, true), length: view.getUint32(4, true) }
}
