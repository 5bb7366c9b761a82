/**
 * Volumes to the bytes of a NIfTI file: little-endian, sform always set, qform too when the affine is a rotation times
 * zooms, lengths in mm, no scaling, voxels at byte 352 (NIfTI-1) or 544 (NIfTI-2) after an empty extension flag.
 *
 * NIfTI-1 keeps geometry in float32, so an affine reads back rounded to that; NIfTI-2 keeps float64. NIfTI-1 is written
 * unless an axis is longer than its 16-bit extents allow. The same input gives the same bytes.
 *
 * @module
 */
import type { Volume, VoxelData } from '@leanvox/volume'
import type { NiftiDatatype } from './nifti-datatype.ts'
import { LONGEST_NIFTI1_AXIS, writeHeader } from './encode-header.ts'
import { encodeVoxels } from './encode-voxels.ts'

/** How a volume is written. */
export interface NiftiEncoding {
  /** Default: that of the data array. Values that it cannot hold are refused, never rounded or clipped. */
  readonly datatype?: NiftiDatatype
  /** Default: 1, or 2 when an axis has more than 32767 voxels. */
  readonly version?: 1 | 2
  /** At most 79 ASCII characters. Default: empty. */
  readonly description?: string
}

/**
 * The uncompressed bytes of a NIfTI file of one volume, or of several as the fourth dimension.
 *
 * @throws RangeError for volumes of different geometry, an axis too long for version 1, a value the datatype cannot hold
 */
export function encodeNifti(volumes: Volume | readonly Volume[], encoding: NiftiEncoding = {}): Uint8Array {
  const list = isList(volumes) ? volumes : [volumes]
  assertAlike(list)
  const [{ shape, affine, data }] = list
  const { datatype = datatypeOf(data), description = '', version = versionFor(list) } = encoding
  const parts = list.map((volume) => encodeVoxels(volume.data, datatype))
  const header = writeHeader({ shape, affine, volumes: list.length }, { datatype, version, description })
  return concatenate([header, ...parts])
}

function isList(volumes: Volume | readonly Volume[]): volumes is readonly Volume[] {
  return Array.isArray(volumes)
}

function versionFor(volumes: readonly Volume[]): 1 | 2 {
  return Math.max(...volumes[0].shape, volumes.length) > LONGEST_NIFTI1_AXIS ? 2 : 1
}

function assertAlike(volumes: readonly Volume[]): void {
  if (volumes.length === 0) throw new RangeError('encodeNifti: expected at least one volume, got 0')
  const [first] = volumes
  for (const { shape, affine, data } of volumes) {
    const alike = `${shape}` === `${first.shape}` && `${affine}` === `${first.affine}`
    if (!alike || datatypeOf(data) !== datatypeOf(first.data)) {
      const found = `${describe(volumes[0])} and ${describe({ shape, data })}`
      throw new RangeError(`encodeNifti: expected volumes of one shape, affine and array type, got ${found}`)
    }
  }
}

function describe({ shape, data }: Pick<Volume, 'shape' | 'data'>): string {
  return `${shape.join(' x ')} ${datatypeOf(data)}`
}

function datatypeOf(data: VoxelData): NiftiDatatype {
  if (data instanceof Uint8Array) return 'uint8'
  if (data instanceof Int8Array) return 'int8'
  if (data instanceof Uint16Array) return 'uint16'
  if (data instanceof Int16Array) return 'int16'
  if (data instanceof Uint32Array) return 'uint32'
  if (data instanceof Int32Array) return 'int32'
  return data instanceof Float32Array ? 'float32' : 'float64'
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((total, part) => total + part.length, 0))
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes
}
