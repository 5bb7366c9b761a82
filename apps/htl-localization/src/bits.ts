/**
 * Masks as text: one bit per pixel, first pixel in the highest bit, base64.
 *
 * @module
 */

export function packMask(mask: Uint8Array): string {
  const bytes = new Uint8Array(Math.ceil(mask.length / 8))
  mask.forEach((value, i) => {
    if (value > 0) bytes[i >> 3] |= 0x80 >> (i & 7)
  })
  return Buffer.from(bytes).toString('base64')
}

/** The first `length` pixels, 1 where the mask was not 0. */
export function unpackMask(text: string, length: number): Uint8Array {
  const bytes = Buffer.from(text, 'base64')
  return Uint8Array.from({ length }, (_, i) => (bytes[i >> 3] & (0x80 >> (i & 7)) ? 1 : 0))
}
