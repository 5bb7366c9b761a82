/**
 * Stored bytes to voxel values: byte order, scaling, 64-bit integers. Where the bytes are the reader's own, in place.
 *
 * Without scaling every datatype keeps its own array type; 64-bit integers become Float64Array and must lie within
 * ±(2^53 - 1). With scaling (`slope * stored + intercept`, computed in double precision) integers of up to 16 bits and
 * float32 become Float32Array; wider ones become Float64Array, because float32 could not tell their values apart.
 *
 * @module
 */
import type { VoxelData } from '@leanvox/volume'
import { match } from 'ts-pattern'
import { DATATYPES, type NiftiDatatype } from './nifti-datatype.ts'
import { refuserOf, type Origin } from './origin.ts'

/** How the bytes of voxels are to be read. */
export interface VoxelCoding {
  readonly datatype: NiftiDatatype
  readonly littleEndian: boolean
  readonly slope: number
  readonly intercept: number
}

/** Bytes of voxels, and whether they may be changed and kept. */
export interface StoredVoxels {
  readonly bytes: Uint8Array
  /** True when nobody else has the buffer of `bytes`. */
  readonly owned: boolean
}

const HOST_IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** Bytes of `count` decoded voxels, or of the stored ones where those need more. */
export function decodedBytes(count: number, coding: VoxelCoding): number {
  return count * Math.max(DATATYPES[coding.datatype].bytes, decodedWidth(coding))
}

/**
 * Voxel values.
 *
 * @throws MedicalImageError (unsafe-integer)
 */
export function decodeVoxels(stored: StoredVoxels, coding: VoxelCoding, origin: Origin): VoxelData {
  const count = stored.bytes.length / DATATYPES[coding.datatype].bytes
  const { bytes, buffer } = movable(stored, decodedBytes(count, coding))
  if (coding.littleEndian !== HOST_IS_LITTLE_ENDIAN) swap(Buffer.from(buffer, bytes.byteOffset, bytes.length), coding)
  const place = { buffer, offset: bytes.byteOffset, count }
  const values = storedValues(place, coding.datatype, origin)
  if (!isScaled(coding)) return values
  return scale(values, decodedWidth(coding) === 4 ? narrow(place) : wide(place), coding)
}

function isScaled({ slope, intercept }: VoxelCoding): boolean {
  return slope !== 1 || intercept !== 0
}

function decodedWidth(coding: VoxelCoding): 1 | 2 | 4 | 8 {
  const { bytes } = DATATYPES[coding.datatype]
  if (!isScaled(coding)) return bytes
  return bytes <= 2 || coding.datatype === 'float32' ? 4 : 8
}

/**
 * The same bytes where they may be written over: aligned to 8, and at the start of the buffer when it has the room in which
 * they become wider. Others are copied.
 */
function movable({ bytes, owned }: StoredVoxels, room: number): { bytes: Uint8Array; buffer: ArrayBuffer } {
  const { buffer, byteOffset, length } = bytes
  if (!owned || !(buffer instanceof ArrayBuffer) || buffer.byteLength < room) {
    const copy = new ArrayBuffer(room)
    const copied = new Uint8Array(copy, 0, length)
    copied.set(bytes)
    return { bytes: copied, buffer: copy }
  }
  if (room === length && byteOffset % 8 === 0) return { bytes, buffer }
  const moved = new Uint8Array(buffer, 0, length)
  moved.set(bytes) // overlapping is fine
  return { bytes: moved, buffer }
}

function swap(buffer: Buffer, { datatype }: VoxelCoding): void {
  const { bytes } = DATATYPES[datatype]
  if (bytes === 2) buffer.swap16()
  if (bytes === 4) buffer.swap32()
  if (bytes === 8) buffer.swap64()
}

interface Place {
  readonly buffer: ArrayBuffer
  readonly offset: number
  readonly count: number
}

function storedValues({ buffer, offset, count }: Place, datatype: NiftiDatatype, origin: Origin): VoxelData {
  return match(datatype)
    .with('uint8', () => new Uint8Array(buffer, offset, count))
    .with('int8', () => new Int8Array(buffer, offset, count))
    .with('uint16', () => new Uint16Array(buffer, offset, count))
    .with('int16', () => new Int16Array(buffer, offset, count))
    .with('uint32', () => new Uint32Array(buffer, offset, count))
    .with('int32', () => new Int32Array(buffer, offset, count))
    .with('float32', () => new Float32Array(buffer, offset, count))
    .with('float64', () => new Float64Array(buffer, offset, count))
    .with('int64', () => safeIntegers(new BigInt64Array(buffer, offset, count), origin))
    .with('uint64', () => safeIntegers(new BigUint64Array(buffer, offset, count), origin))
    .exhaustive()
}

function narrow({ buffer, offset, count }: Place): Float32Array {
  return new Float32Array(buffer, offset, count)
}

function wide({ buffer, offset, count }: Place): Float64Array {
  return new Float64Array(buffer, offset, count)
}

// From the end: a wider value covers stored bytes of its own voxel and of later ones only.
function scale<D extends VoxelData>(stored: VoxelData, scaled: D, { slope, intercept }: VoxelCoding): D {
  for (let i = stored.length - 1; i >= 0; i--) scaled[i] = slope * stored[i] + intercept
  return scaled
}

/** In place: both are 8 bytes wide. */
function safeIntegers(stored: BigInt64Array<ArrayBuffer> | BigUint64Array<ArrayBuffer>, origin: Origin): Float64Array {
  const values = new Float64Array(stored.buffer, stored.byteOffset, stored.length)
  for (let i = 0; i < stored.length; i++) {
    const integer = stored[i]
    // Number() rounds to the nearest double, so a value beyond the range never lands inside it.
    const value = Number(integer)
    if (!Number.isSafeInteger(value)) {
      refuserOf(origin)('unsafe-integer', '64-bit integers within ±(2^53 - 1)', `${integer} at voxel ${i}`)
    }
    values[i] = value
  }
  return values
}
