/**
 * Formats told apart by their first bytes.
 *
 * @module
 */
import { pictureKind, type PictureKind } from './images/read-image-2d.ts'
import { isMetaImage } from './metaimage/metaimage-header.ts'
import { HEADER_BYTES } from './nifti-header.ts'
import { isNrrd } from './nrrd/nrrd-fields.ts'

/** Formats that are read. */
export type ImageFormat = PictureKind | 'NIfTI' | 'NRRD' | 'MetaImage' | 'DICOM'

/**
 * The format of a file by its first bytes; undefined for one that is not read here.
 *
 * @param head 1024 bytes or more, decompressed; fewer of a shorter file
 */
export function imageFormat(head: Uint8Array): ImageFormat | undefined {
  if (isDicomHead(head)) return 'DICOM'
  if (isNiftiHead(head)) return 'NIfTI'
  if (isNrrd(head)) return 'NRRD'
  const picture = pictureKind(head)
  if (picture) return picture
  if (isMetaImage(head)) return 'MetaImage'
  return isBareDicom(head) ? 'DICOM' : undefined
}

/** A format that is recognised but not read here, in words; undefined for an unknown one. */
export function unreadFormat(head: Uint8Array): string | undefined {
  if (sizeOfHeader(head) === 348) return 'an Analyze 7.5 header, which has no orientation (convert it to NIfTI)'
  return SIGNATURES.find(([, at, text]) => textAt(head, at, text.length) === text)?.[0]
}

const SIGNATURES: readonly (readonly [what: string, at: number, text: string])[] = [
  ['a FreeSurfer MGH file', 0, '\0\0\0\x01'],
  ['a GIPL file', 252, '\xef\xff\xe9\xb0'],
  ['a GIPL file', 252, '\x2a\xe3\x89\xb8'],
  ['an HDF5 file (MINC 2, Imaris)', 0, '\x89HDF\r\n\x1a\n'],
  ['a netCDF file (MINC 1)', 0, 'CDF'],
  ['a GIF picture', 0, 'GIF8'],
  ['a WebP picture', 8, 'WEBP'],
  ['a JPEG 2000 picture', 4, 'jP  '],
  ['a JPEG 2000 codestream', 0, '\xff\x4f\xff\x51'],
  ['a zip archive', 0, 'PK\x03\x04'],
  ['a zstd file', 0, '\x28\xb5\x2f\xfd'],
  ['a bzip2 file', 0, 'BZh'],
  ['an xz file', 0, '\xfd7zXZ'],
  ['a numpy array', 0, '\x93NUMPY'],
  ['a PDF document', 0, '%PDF'],
  ['a VTK file', 0, '# vtk DataFile'],
]

function textAt(head: Uint8Array, at: number, length: number): string {
  return Buffer.from(head.subarray(at, at + length)).toString('latin1')
}

function isDicomHead(head: Uint8Array): boolean {
  return textAt(head, 128, 4) === 'DICM'
}

/** 348 or 540 in either byte order, else 0. */
function sizeOfHeader(head: Uint8Array): number {
  if (head.length < 4) return 0
  const view = new DataView(head.buffer, head.byteOffset, 4)
  const known: readonly number[] = Object.values(HEADER_BYTES)
  return [view.getInt32(0, true), view.getInt32(0, false)].find((size) => known.includes(size)) ?? 0
}

function isNiftiHead(head: Uint8Array): boolean {
  const size = sizeOfHeader(head)
  const magic = textAt(head, size === 348 ? 344 : 4, 3)
  return size > 0 && /^n[i+][12]$/.test(magic)
}

/** A data set without preamble: group 0002 or 0008, a small element number, then a length or a value representation. */
function isBareDicom(head: Uint8Array): boolean {
  if (head.length < 8) return false
  const group = head[0] | (head[1] << 8)
  const swapped = (head[0] << 8) | head[1]
  const little = (group === 2 || group === 8) && head[3] === 0
  const big = swapped === 8 && head[2] === 0
  const explicit = /^[A-Z]{2}$/.test(textAt(head, 4, 2))
  const implicit = little && head[6] === 0 && head[7] === 0
  return ((little || big) && explicit) || implicit
}
