/**
 * Masks as bytes: one array type for the loops over whole volumes, whatever the caller has.
 *
 * @module
 */

/** The mask itself if it is a Uint8Array, else a copy with 1 where it is not zero. */
export function maskBytes(mask: ArrayLike<number>): Uint8Array {
  if (mask instanceof Uint8Array) return mask
  const bytes = new Uint8Array(mask.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = mask[i] !== 0 ? 1 : 0
  return bytes
}
