/**
 * Stored bytes to voxel values: byte order, scaling, 64-bit integers.
 *
 * Without scaling every datatype keeps its own array type; 64-bit integers become Float64Array and must lie within
 * ±(2^53 - 1). With scaling (`slope * stored + intercept`, computed in double precision) integers of up to 16 bits and
 * float32 become Float32Array; wider ones become Float64Array, because float32 could not tell their values apart.
 *
 * @module
 */
import type { VoxelData } from '@leanvox/volume'
import { match } from 'ts-pattern'
import { MedicalImageError } from './errors.ts'
import { DATATYPES, type NiftiDatatype } from './nifti-datatype.ts'

/** How the bytes of one volume are to be read. */
export interface VoxelCoding {
  readonly datatype: NiftiDatatype
  readonly littleEndian: boolean
  readonly slope: number
  readonly intercept: number
}

const HOST_IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/**
 * Voxel values of one volume; the bytes are copied.
 *
 * @param name of the file, for messages
 * @throws MedicalImageError (unsafe-integer)
 */
export function decodeVoxels(bytes: Uint8Array, coding: VoxelCoding, name: string): VoxelData {
  const stored = storedValues(nativeBytes(bytes, coding), coding.datatype, name)
  const { slope, intercept } = coding
  if (slope === 1 && intercept === 0) return stored
  const scaled = isNarrow(coding.datatype) ? new Float32Array(stored.length) : new Float64Array(stored.length)
  for (let i = 0; i < stored.length; i++) scaled[i] = slope * stored[i] + intercept
  return scaled
}

function isNarrow(datatype: NiftiDatatype): boolean {
  return DATATYPES[datatype].bytes <= 2 || datatype === 'float32'
}

function nativeBytes(bytes: Uint8Array, { datatype, littleEndian }: VoxelCoding): ArrayBuffer {
  const copy = new Uint8Array(bytes) // at offset 0 of its own buffer, so that any view is aligned
  if (littleEndian !== HOST_IS_LITTLE_ENDIAN) swap(Buffer.from(copy.buffer), DATATYPES[datatype].bytes)
  return copy.buffer
}

function swap(buffer: Buffer, width: 1 | 2 | 4 | 8): void {
  if (width === 2) buffer.swap16()
  if (width === 4) buffer.swap32()
  if (width === 8) buffer.swap64()
}

function storedValues(buffer: ArrayBuffer, datatype: NiftiDatatype, name: string): VoxelData {
  return match(datatype)
    .with('uint8', () => new Uint8Array(buffer))
    .with('int8', () => new Int8Array(buffer))
    .with('uint16', () => new Uint16Array(buffer))
    .with('int16', () => new Int16Array(buffer))
    .with('uint32', () => new Uint32Array(buffer))
    .with('int32', () => new Int32Array(buffer))
    .with('float32', () => new Float32Array(buffer))
    .with('float64', () => new Float64Array(buffer))
    .with('int64', () => safeIntegers(new BigInt64Array(buffer), name))
    .with('uint64', () => safeIntegers(new BigUint64Array(buffer), name))
    .exhaustive()
}

function safeIntegers(stored: BigInt64Array | BigUint64Array, name: string): Float64Array {
  const values = new Float64Array(stored.length)
  for (let i = 0; i < stored.length; i++) {
    // Number() rounds to the nearest double, so a value beyond the range never lands inside it.
    values[i] = Number(stored[i])
    if (!Number.isSafeInteger(values[i])) refuseInteger({ value: stored[i], voxel: i, name })
  }
  return values
}

function refuseInteger({ value, voxel, name }: { value: bigint; voxel: number; name: string }): never {
  const expected = '64-bit integers within ±(2^53 - 1)'
  throw new MedicalImageError('readNifti', {
    code: 'unsafe-integer',
    file: name,
    expected,
    found: `${value} at voxel ${voxel}`,
  })
}
