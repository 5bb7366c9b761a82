/**
 * Writing NIfTI files whole or not at all: a temporary name, fsync, then a rename (`@leanvox/files`).
 *
 * The gzip header carries no time and no operating system, so one version of zlib gives the same bytes everywhere;
 * another version of Node may compress differently, what decompresses is always the same.
 *
 * @module
 */
import { gzipSync } from 'node:zlib'
import { writeFileAtomic } from '@leanvox/files'
import type { Volume } from '@leanvox/volume'
import { encodeNifti, encodeNiftiPair, type NiftiEncoding } from './encode-nifti.ts'

const NAME = /\.(nii|hdr|img)(\.gz)?$/i

/**
 * Writes one volume, or several as times and components; gzip when the path ends with `.gz`.
 *
 * A path that ends with `.hdr` or `.img` (`.gz`) writes both files of a pair, the image first.
 *
 * @throws RangeError for a path that ends with none of these, and as encodeNifti
 * @throws FileError of `@leanvox/files` when the disk refuses; no file, or the old one, is left then
 *
 * @example
 * await writeNifti('prediction.nii.gz', volume, { datatype: 'uint8', description: 'fold 1' })
 */
export async function writeNifti(
  path: string,
  volumes: Volume | readonly Volume[],
  encoding: NiftiEncoding = {},
): Promise<void> {
  const [, kind, packed] = NAME.exec(path) ?? []
  if (kind === undefined) {
    throw new RangeError(`writeNifti: expected a path ending with .nii or .nii.gz (or .hdr, .img), got ${path}`)
  }
  const maybePacked = (bytes: Uint8Array) => (packed === undefined ? bytes : gzipPlainly(bytes))
  if (kind.toLowerCase() === 'nii') return writeFileAtomic(path, maybePacked(encodeNifti(volumes, encoding)))
  const { header, image } = encodeNiftiPair(volumes, encoding)
  const [headerPath, imagePath] = pairPaths(path)
  await writeFileAtomic(imagePath, maybePacked(image))
  await writeFileAtomic(headerPath, maybePacked(header))
}

/** Both names of a pair, in the case of the one given. */
function pairPaths(path: string): [header: string, image: string] {
  const other = (wanted: string) =>
    path.replace(
      NAME,
      (_, kind: string, packed = '') => `.${kind === kind.toUpperCase() ? wanted.toUpperCase() : wanted}${packed}`,
    )
  return [other('hdr'), other('img')]
}

/** Byte 9 of a gzip header names the operating system (RFC 1952); 255 is "unknown". */
const OPERATING_SYSTEM_BYTE = 9

/** Gzip without time and system. */
export function gzipPlainly(bytes: Uint8Array): Uint8Array {
  const compressed = gzipSync(bytes)
  compressed[OPERATING_SYSTEM_BYTE] = 255
  return compressed
}
