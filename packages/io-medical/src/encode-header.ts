/**
 * NIfTI headers as bytes: field offsets of nifti1.h and nifti2.h, little-endian, with the 4-byte extension flag (none).
 *
 * @module
 */
import type { Affine, Shape3 } from '@leanvox/volume'
import { affineGeometry } from './nifti-affine.ts'
import { DATATYPES, type NiftiDatatype } from './nifti-datatype.ts'

/** What the header says of the voxels. */
export interface HeaderContent {
  readonly shape: Shape3
  readonly affine: Affine
  readonly volumes: number
}

export interface HeaderForm {
  readonly datatype: NiftiDatatype
  readonly version: 1 | 2
  readonly description: string
}

/** NIfTI-1 keeps extents as 16-bit signed integers. */
export const LONGEST_NIFTI1_AXIS = 32767

const MILLIMETRES = 2
const SECONDS = 8

/**
 * Header bytes up to the first voxel: 352 for version 1, 544 for version 2.
 *
 * @throws RangeError for an axis too long for version 1, a description that is too long or not ASCII
 */
export function writeHeader(content: HeaderContent, form: HeaderForm): Uint8Array {
  const { shape, volumes } = content
  assertDescription(form.description)
  const longest = Math.max(...shape, volumes)
  if (form.version === 1 && longest > LONGEST_NIFTI1_AXIS) {
    throw new RangeError(`encodeNifti: expected axes of at most 32767 voxels in NIfTI-1, got ${longest}`)
  }
  return form.version === 1 ? writeHeader1(content, form) : writeHeader2(content, form)
}

function writeHeader1(content: HeaderContent, { datatype, description }: HeaderForm): Uint8Array {
  const { bytes, int8, int16, int32, floats, text } = fields(352, 4)
  const geometry = affineGeometry(content.affine)
  int32(0, 348)
  dimsOf(content).forEach((extent, i) => int16(40 + 2 * i, extent))
  int16(70, DATATYPES[datatype].code)
  int16(72, 8 * DATATYPES[datatype].bytes)
  floats(76, pixdims(geometry.pixdim, content))
  floats(108, [352, 1, 0]) // vox_offset, scl_slope, scl_inter
  int8(123, unitsOf(content))
  text(148, description)
  int16(252, geometry.qformCode)
  int16(254, geometry.sformCode)
  floats(256, [...geometry.quaternion, ...geometry.offset, ...geometry.sform])
  text(344, 'n+1')
  return bytes
}

function writeHeader2(content: HeaderContent, { datatype, description }: HeaderForm): Uint8Array {
  const { bytes, int16, int32, int64, floats, text } = fields(544, 8)
  const geometry = affineGeometry(content.affine)
  int32(0, 540)
  text(4, 'n+2\0\r\n\x1a\n')
  int16(12, DATATYPES[datatype].code)
  int16(14, 8 * DATATYPES[datatype].bytes)
  dimsOf(content).forEach((extent, i) => int64(16 + 8 * i, extent))
  floats(104, pixdims(geometry.pixdim, content))
  int64(168, 544)
  floats(176, [1, 0]) // scl_slope, scl_inter
  text(240, description)
  int32(344, geometry.qformCode)
  int32(348, geometry.sformCode)
  floats(352, [...geometry.quaternion, ...geometry.offset, ...geometry.sform])
  int32(500, unitsOf(content))
  return bytes
}

/** `dim`: rank, then extents x first, unused ones 1. */
function dimsOf({ shape: [depth, height, width], volumes }: HeaderContent): number[] {
  return [volumes > 1 ? 4 : 3, width, height, depth, volumes, 1, 1, 1]
}

/** `pixdim`: qfac, spacing x first, then 1 for the axes without a length. */
function pixdims(geometry: readonly number[], { volumes }: HeaderContent): number[] {
  return [...geometry, volumes > 1 ? 1 : 0, 0, 0, 0]
}

function unitsOf({ volumes }: HeaderContent): number {
  return volumes > 1 ? MILLIMETRES + SECONDS : MILLIMETRES
}

function assertDescription(description: string): void {
  // 80 bytes with the closing zero.
  if (description.length > 79 || /[^\x20-\x7e]/.test(description)) {
    const wanted = 'at most 79 printable ASCII characters of description'
    throw new RangeError(`encodeNifti: expected ${wanted}, got ${JSON.stringify(description)}`)
  }
}

function fields(length: number, floatBytes: 4 | 8) {
  const bytes = new Uint8Array(length)
  const view = new DataView(bytes.buffer)
  const float = (offset: number, value: number) =>
    floatBytes === 4 ? view.setFloat32(offset, value, true) : view.setFloat64(offset, value, true)
  return {
    bytes,
    int8: (offset: number, value: number) => view.setInt8(offset, value),
    int16: (offset: number, value: number) => view.setInt16(offset, value, true),
    int32: (offset: number, value: number) => view.setInt32(offset, value, true),
    int64: (offset: number, value: number) => view.setBigInt64(offset, BigInt(value), true),
    floats: (offset: number, values: readonly number[]) =>
      values.forEach((value, i) => float(offset + floatBytes * i, value)),
    text: (offset: number, value: string) => bytes.set(Buffer.from(value, 'latin1'), offset),
  }
}
