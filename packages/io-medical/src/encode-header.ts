/**
 * NIfTI headers as bytes: field offsets of nifti1.h and nifti2.h, little-endian, with the 4-byte extension flag and the
 * extensions.
 *
 * @module
 */
import type { Affine, Shape3 } from '@leanvox/volume'
import { affineGeometry } from './nifti-affine.ts'
import { COLOUR_CODES, DATATYPES, type NiftiDatatype } from './nifti-datatype.ts'
import { writeExtension, type NiftiExtension } from './nifti-extensions.ts'

/** What the header says of the voxels. */
export interface HeaderContent {
  readonly shape: Shape3
  readonly affine: Affine
  readonly times: number
  /** Extent of the fifth dimension. */
  readonly vector: number
}

export interface HeaderForm {
  readonly datatype: NiftiDatatype
  readonly colours: 1 | 3 | 4
  readonly version: 1 | 2
  readonly description: string
  readonly intent: { readonly code: number; readonly name?: string; readonly parameters?: readonly number[] }
  readonly extensions: readonly NiftiExtension[]
  /** Whether the voxels are in a file of their own. */
  readonly pair: boolean
}

/** NIfTI-1 keeps extents as 16-bit signed integers. */
export const LONGEST_NIFTI1_AXIS = 32767

const MILLIMETRES = 2
const SECONDS = 8

/**
 * Header bytes up to the first voxel: 352 for version 1, 544 for version 2, and the extensions.
 *
 * @throws RangeError for an axis too long for version 1, a description or intent that does not fit
 */
export function writeHeader(content: HeaderContent, form: HeaderForm): Uint8Array {
  const { shape, times, vector } = content
  assertText(form.description, { longest: 79, what: 'description' })
  assertText(form.intent.name ?? '', { longest: 15, what: 'intent name' })
  assertIntent(form.intent.parameters ?? [])
  const longest = Math.max(...shape, times, vector)
  if (form.version === 1 && longest > LONGEST_NIFTI1_AXIS) {
    throw new RangeError(`encodeNifti: expected axes of at most 32767 voxels in NIfTI-1, got ${longest}`)
  }
  const extensions = form.extensions.map(writeExtension)
  const fixed = form.version === 1 ? 352 : 544
  const length = extensions.reduce((sum, one) => sum + one.length, fixed)
  const bytes = new Uint8Array(length)
  bytes.set(form.version === 1 ? writeHeader1(content, form, length) : writeHeader2(content, form, length))
  if (extensions.length > 0) bytes[fixed - 4] = 1
  let offset = fixed
  for (const extension of extensions) {
    bytes.set(extension, offset)
    offset += extension.length
  }
  return bytes
}

function writeHeader1(content: HeaderContent, form: HeaderForm, length: number): Uint8Array {
  const { bytes, int8, int16, int32, floats, text } = fields(352, 4)
  const geometry = affineGeometry(content.affine)
  int32(0, 348)
  dimsOf(content).forEach((extent, i) => int16(40 + 2 * i, extent))
  floats(56, threeOf(form))
  int16(68, form.intent.code)
  int16(70, codeOf(form))
  int16(72, bitsOf(form))
  floats(76, pixdims(geometry.pixdim, content))
  floats(108, [form.pair ? 0 : length, 1, 0]) // vox_offset, scl_slope, scl_inter
  int8(123, unitsOf(content))
  text(148, form.description)
  int16(252, geometry.qformCode)
  int16(254, geometry.sformCode)
  floats(256, [...geometry.quaternion, ...geometry.offset, ...geometry.sform])
  text(328, form.intent.name ?? '')
  text(344, form.pair ? 'ni1' : 'n+1')
  return bytes
}

function writeHeader2(content: HeaderContent, form: HeaderForm, length: number): Uint8Array {
  const { bytes, int16, int32, int64, floats, text } = fields(544, 8)
  const geometry = affineGeometry(content.affine)
  int32(0, 540)
  text(4, `${form.pair ? 'ni2' : 'n+2'}\0\r\n\x1a\n`)
  int16(12, codeOf(form))
  int16(14, bitsOf(form))
  dimsOf(content).forEach((extent, i) => int64(16 + 8 * i, extent))
  floats(80, threeOf(form))
  floats(104, pixdims(geometry.pixdim, content))
  int64(168, form.pair ? 0 : length)
  floats(176, [1, 0]) // scl_slope, scl_inter
  text(240, form.description)
  int32(344, geometry.qformCode)
  int32(348, geometry.sformCode)
  floats(352, [...geometry.quaternion, ...geometry.offset, ...geometry.sform])
  int32(500, unitsOf(content))
  int32(504, form.intent.code)
  text(508, form.intent.name ?? '')
  return bytes
}

/** The three parameters of the intent. */
function threeOf({ intent: { parameters = [] } }: HeaderForm): number[] {
  return [0, 1, 2].map((i) => parameters[i] ?? 0)
}

function codeOf({ datatype, colours }: HeaderForm): number {
  return colours === 1 ? DATATYPES[datatype].code : COLOUR_CODES[colours]
}

function bitsOf({ datatype, colours }: HeaderForm): number {
  return 8 * DATATYPES[datatype].bytes * colours
}

/** `dim`: rank, then extents x first, unused ones 1. */
function dimsOf({ shape: [depth, height, width], times, vector }: HeaderContent): number[] {
  const rank = vector > 1 ? 5 : times > 1 ? 4 : 3
  return [rank, width, height, depth, times, vector, 1, 1]
}

/** `pixdim`: qfac, spacing x first, then 1 for the axes without a length. */
function pixdims(geometry: readonly number[], { times, vector }: HeaderContent): number[] {
  return [...geometry, times > 1 || vector > 1 ? 1 : 0, vector > 1 ? 1 : 0, 0, 0]
}

function unitsOf({ times }: HeaderContent): number {
  return times > 1 ? MILLIMETRES + SECONDS : MILLIMETRES
}

function assertText(text: string, { longest, what }: { readonly longest: number; readonly what: string }): void {
  // One byte more is kept for the closing zero.
  if (text.length > longest || /[^\x20-\x7e]/.test(text)) {
    const wanted = `at most ${longest} printable ASCII characters of ${what}`
    throw new RangeError(`encodeNifti: expected ${wanted}, got ${JSON.stringify(text)}`)
  }
}

function assertIntent(parameters: readonly number[]): void {
  if (parameters.length <= 3) return
  throw new RangeError(`encodeNifti: expected at most 3 intent parameters, got ${parameters.length}`)
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
