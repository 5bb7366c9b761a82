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
import { encodeNifti, type NiftiEncoding } from './encode-nifti.ts'

/**
 * Writes one volume, or several as the fourth dimension; gzip when the path ends with `.gz`.
 *
 * @throws RangeError for a path that ends with neither `.nii` nor `.nii.gz`, and as encodeNifti
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
  if (!/\.nii(\.gz)?$/i.test(path)) {
    throw new RangeError(`writeNifti: expected a path ending with .nii or .nii.gz, got ${path}`)
  }
  const bytes = encodeNifti(volumes, encoding)
  await writeFileAtomic(path, /\.gz$/i.test(path) ? gzipPlainly(bytes) : bytes)
}

/** Byte 9 of a gzip header names the operating system (RFC 1952); 255 is "unknown". */
const OPERATING_SYSTEM_BYTE = 9

function gzipPlainly(bytes: Uint8Array): Uint8Array {
  const compressed = gzipSync(bytes)
  compressed[OPERATING_SYSTEM_BYTE] = 255
  return compressed
}
