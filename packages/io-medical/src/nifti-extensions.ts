/**
 * NIfTI header extensions: what writers put between header and voxels (nifti1.h, "HEADER EXTENSION").
 *
 * After the fixed header come four bytes; when the first is not 0, a chain of extensions follows, each its length in bytes
 * (the eight of length and code included), its code, and its content. Some writers give lengths that are no multiple of 16,
 * which is read like any other. Where a length is impossible the chain ends: voxels do not depend on it.
 *
 * @module
 */

/** One extension. */
export interface NiftiExtension {
  /** Registered meaning: 2 DICOM, 4 AFNI (XML), 6 comment, 32 CIFTI, 44 MRS; see nifti.nimh.nih.gov. */
  readonly code: number
  /** As stored; writers pad it with zeros. */
  readonly data: Uint8Array
}

const PREFIX = 8

/** The extensions in `bytes`, which begin with the four announcing bytes and end where voxels (or the file) do. */
export function readExtensions(
  bytes: Uint8Array,
  { littleEndian }: { readonly littleEndian: boolean },
): NiftiExtension[] {
  const extensions: NiftiExtension[] = []
  if (bytes.length < 4 || bytes[0] === 0) return extensions
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let start = 4
  while (start + PREFIX <= bytes.length) {
    const size = view.getInt32(start, littleEndian)
    if (size < PREFIX || start + size > bytes.length) break
    const code = view.getInt32(start + 4, littleEndian)
    // A copy, also of a Buffer, whose slice would be a view: decoding may write over these bytes.
    extensions.push({ code, data: new Uint8Array(bytes.subarray(start + PREFIX, start + size)) })
    start += size
  }
  return extensions
}

/** The bytes of one extension, little-endian, padded with zeros to a multiple of 16 (nifti1.h). */
export function writeExtension({ code, data }: NiftiExtension): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((PREFIX + data.length) / 16) * 16)
  const view = new DataView(bytes.buffer)
  view.setInt32(0, bytes.length, true)
  view.setInt32(4, code, true)
  bytes.set(data, PREFIX)
  return bytes
}
