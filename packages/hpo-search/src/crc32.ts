/**
 * The CRC-32 checksum of a text's UTF-8 bytes (ISO 3309, as in zip and Python's binascii).
 *
 * @module
 */
const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

/** A whole number in [0, 2^32). */
export function crc32(text: string): number {
  let sum = -1
  for (const byte of new TextEncoder().encode(text)) sum = table[(sum ^ byte) & 255] ^ (sum >>> 8)
  return (sum ^ -1) >>> 0
}
