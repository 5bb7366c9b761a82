/**
 * NIfTI-1 and NIfTI-2 headers, checked against the standard: magic bytes, extents, datatype, scaling, offset, geometry.
 *
 * @module
 */
import { spacingOf, type Affine } from '@leanvox/volume'
import { headerAffine, type AffineSource } from './nifti-affine.ts'
import { DATATYPES, describeCode, voxelKindOfCode, type NiftiDatatype } from './nifti-datatype.ts'
import { niftiFields, type NiftiFields } from './nifti-fields.ts'
import { refuserOf, type Refuse } from './origin.ts'

/** The fields of a NIfTI header that reading needs, all checked. */
export interface NiftiHeader {
  readonly version: 1 | 2
  readonly littleEndian: boolean
  /** Extents in NIfTI's order, x first: `[width, height, depth, volumes, ...]`, 1 to 7 of them. */
  readonly dims: readonly number[]
  /** Whether the voxels are in a file of their own, an .img beside this .hdr. */
  readonly pair: boolean
  readonly datatype: NiftiDatatype
  /** Bytes of colour per voxel, side by side: 3 (RGB), 4 (RGBA), or 1 for plain numbers. */
  readonly colours: 1 | 3 | 4
  /** Scaling of stored values, `slope * stored + intercept`; 1 and 0 when the file asks for none. */
  readonly slope: number
  readonly intercept: number
  /** First byte of the voxels. */
  readonly voxelOffset: number
  /** Length of the voxels in bytes. */
  readonly voxelBytes: number
  readonly affine: Affine
  readonly affineSource: AffineSource
  readonly description: string
  /** What the numbers mean, if the writer said so; code 0 says nothing, 1007 vectors in the fifth dimension. */
  readonly intent: { readonly code: number; readonly name: string; readonly parameters: readonly number[] }
}

/** Smallest prefix of a file that always holds the whole fixed header. */
export const LONGEST_HEADER = 540
/** Length of the fixed header by version; the four bytes that announce extensions follow it. */
export const HEADER_BYTES = { 1: 348, 2: LONGEST_HEADER }
const MAGIC = { 1: 'n+1\0', 2: 'n+2\0\r\n\x1a\n' }
const UNSCALED = { slope: 1, intercept: 0 }
const PAIR_MAGIC = { 1: 'ni1\0', 2: 'ni2\0\r\n\x1a\n' }

/**
 * Header of an uncompressed NIfTI file.
 *
 * @param bytes the file or a prefix of at least 540 bytes of it
 * @param name of the file, for messages
 * @throws MedicalImageError (not-nifti, truncated, unsupported, bad-header)
 */
export function parseHeader(bytes: Uint8Array, name: string): NiftiHeader {
  const refuse = refuserOf({ name, operation: 'readNifti' })
  const { version, littleEndian } = detect(bytes, refuse)
  const size = HEADER_BYTES[version]
  if (bytes.length < size) refuse('truncated', `a header of ${size} bytes`, `${bytes.length} bytes`)
  const pair = isPair({ bytes, version }, refuse)
  const raw = niftiFields(bytes, { version, littleEndian })
  const dims = checkDims(raw.dims, refuse)
  const kind = voxelKindOfCode(raw.datatype)
  if (!kind) return refuse('unsupported', 'a datatype of real numbers or colours', describeCode(raw.datatype))
  const voxelBytes = dims.reduce((product, extent) => product * extent, DATATYPES[kind.datatype].bytes * kind.colours)
  if (!Number.isSafeInteger(voxelBytes)) refuse('bad-header', 'extents that fit in memory', dims.join(' x '))
  return {
    version,
    littleEndian,
    dims,
    pair,
    ...kind,
    // Scaling does not apply to colours (nifti1.h).
    ...(kind.colours > 1 ? UNSCALED : checkScaling(raw, refuse)),
    voxelOffset: checkOffset({ offset: raw.voxelOffset, least: pair ? 0 : size + 4 }, refuse),
    voxelBytes,
    ...checkAffine(raw, version, refuse),
    description: raw.description,
    intent: raw.intent,
  }
}

function detect(bytes: Uint8Array, refuse: Refuse): { version: 1 | 2; littleEndian: boolean } {
  const wanted = 'a NIfTI header (first 4 bytes 348 or 540)'
  if (bytes.length < 4) refuse('not-nifti', wanted, `${bytes.length} bytes`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, 4)
  for (const littleEndian of [true, false]) {
    const size = view.getInt32(0, littleEndian)
    if (size === HEADER_BYTES[1]) return { version: 1, littleEndian }
    if (size === HEADER_BYTES[2]) return { version: 2, littleEndian }
  }
  return refuse('not-nifti', wanted, `bytes ${[...bytes.subarray(0, 4)].join(' ')}`)
}

function isPair({ bytes, version }: { bytes: Uint8Array; version: 1 | 2 }, refuse: Refuse): boolean {
  const start = version === 1 ? 344 : 4
  const magic = String.fromCharCode(...bytes.subarray(start, start + MAGIC[version].length))
  if (magic === MAGIC[version] || magic === PAIR_MAGIC[version]) return magic !== MAGIC[version]
  return refuse('not-nifti', singleFile(version), JSON.stringify(magic))
}

/** A file with header and voxels, in words. */
export function singleFile(version: 1 | 2): string {
  return `a single-file NIfTI-${version} (magic ${JSON.stringify(MAGIC[version])})`
}

function checkDims(stored: readonly number[], refuse: Refuse): number[] {
  const rank = stored[0]
  if (!(rank >= 1 && rank <= 7)) refuse('bad-header', '1 to 7 dimensions', `${rank}`)
  const dims = stored.slice(1, rank + 1)
  if (!dims.every((extent) => extent >= 1)) refuse('bad-header', 'extents of at least 1 voxel', dims.join(' x '))
  if (dims.slice(5).some((extent) => extent > 1)) refuse('unsupported', 'at most 5 dimensions', dims.join(' x '))
  return dims
}

function checkScaling({ slope, intercept }: NiftiFields, refuse: Refuse): { slope: number; intercept: number } {
  if (slope === 0 || !Number.isFinite(slope)) return UNSCALED
  if (!Number.isFinite(intercept)) refuse('bad-header', `a finite scl_inter beside scl_slope ${slope}`, `${intercept}`)
  return { slope, intercept }
}

function checkOffset({ offset, least }: { offset: number; least: number }, refuse: Refuse): number {
  if (!(Number.isSafeInteger(offset) && offset >= least)) refuse('bad-header', `vox_offset >= ${least}`, `${offset}`)
  return offset
}

function checkAffine(
  geometry: NiftiFields,
  version: 1 | 2,
  refuse: Refuse,
): { affine: Affine; affineSource: AffineSource } {
  const { affine, source } = headerAffine(geometry, { epsilon: version === 1 ? 2 ** -23 : 2 ** -52 })
  try {
    spacingOf(affine)
  } catch {
    refuse('bad-header', `an invertible affine from the ${source}`, affine.slice(0, 12).join(' '))
  }
  return { affine, affineSource: source }
}
