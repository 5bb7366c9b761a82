/**
 * Voxel values to stored bytes, little-endian, refusing what the datatype cannot hold.
 *
 * Integers must be whole and in range; float32 rounds to the nearest float32, and a finite value too large for it is
 * refused. Nothing is scaled. An array that already has the datatype is copied as it is.
 *
 * @module
 */
import type { Volume, VoxelData } from '@leanvox/volume'
import { DATATYPES, type NiftiDatatype } from './nifti-datatype.ts'

/** What is written, and by whom. */
export interface VoxelEncoding {
  readonly datatype: NiftiDatatype
  /** The function that messages name. */
  readonly operation: string
}

/** The datatype that holds an array as it is. */
export function datatypeOf(data: VoxelData): NiftiDatatype {
  if (data instanceof Uint8Array) return 'uint8'
  if (data instanceof Int8Array) return 'int8'
  if (data instanceof Uint16Array) return 'uint16'
  if (data instanceof Int16Array) return 'int16'
  if (data instanceof Uint32Array) return 'uint32'
  if (data instanceof Int32Array) return 'int32'
  return data instanceof Float32Array ? 'float32' : 'float64'
}

/**
 * Volumes of one grid and one array type; else an error.
 *
 * @throws RangeError for none, or for volumes that differ
 */
export function assertAlike(volumes: readonly Volume[], operation: string): void {
  if (volumes.length === 0) throw new RangeError(`${operation}: expected at least one volume, got 0`)
  const [first] = volumes
  for (const { shape, affine, data } of volumes) {
    const alike = `${shape}` === `${first.shape}` && `${affine}` === `${first.affine}`
    if (alike && datatypeOf(data) === datatypeOf(first.data)) continue
    const found = `${describe(first)} and ${describe({ shape, data })}`
    throw new RangeError(`${operation}: expected volumes of one shape, affine and array type, got ${found}`)
  }
}

function describe({ shape, data }: Pick<Volume, 'shape' | 'data'>): string {
  return `${shape.join(' x ')} ${datatypeOf(data)}`
}

/**
 * Writes volumes one after the other into `target`, which has exactly the room.
 *
 * @throws RangeError naming the first voxel whose value the datatype cannot hold
 */
export function encodeVoxels(target: Uint8Array, arrays: readonly VoxelData[], encoding: VoxelEncoding): void {
  let offset = 0
  for (const data of arrays) {
    const part = target.subarray(offset, offset + data.length * DATATYPES[encoding.datatype].bytes)
    if (HOST_IS_LITTLE_ENDIAN && datatypeOf(data) === encoding.datatype) part.set(bytesOf(data))
    else encodeEach(part, data, encoding)
    offset += part.length
  }
}

/**
 * Writes volumes with their values side by side for every voxel, as colours and vectors are stored in some formats.
 *
 * @throws RangeError as encodeVoxels
 */
export function encodeInterleaved(target: Uint8Array, arrays: readonly VoxelData[], encoding: VoxelEncoding): void {
  const [first] = arrays
  const mixed = first.slice(0, 0).constructor as new (length: number) => VoxelData // an array of the same type
  const values = new mixed(first.length * arrays.length)
  for (const [c, data] of arrays.entries()) {
    for (let i = 0; i < data.length; i++) values[i * arrays.length + c] = data[i]
  }
  encodeVoxels(target, [values], encoding)
}

const HOST_IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

function bytesOf({ buffer, byteOffset, byteLength }: VoxelData): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

function encodeEach(target: Uint8Array, data: VoxelData, { datatype, operation }: VoxelEncoding): void {
  const { bytes } = DATATYPES[datatype]
  const { set, holds } = codec(datatype)
  const view = new DataView(target.buffer, target.byteOffset, target.byteLength)
  for (let i = 0; i < data.length; i++) {
    if (!holds(data[i])) {
      throw new RangeError(`${operation}: expected values that ${datatype} holds, got ${data[i]} at voxel ${i}`)
    }
    set(view, i * bytes, data[i])
  }
}

type Set = (view: DataView, offset: number, value: number) => void

const SETTERS: Readonly<Record<NiftiDatatype, Set>> = {
  uint8: (view, offset, value) => view.setUint8(offset, value),
  int8: (view, offset, value) => view.setInt8(offset, value),
  uint16: (view, offset, value) => view.setUint16(offset, value, true),
  int16: (view, offset, value) => view.setInt16(offset, value, true),
  uint32: (view, offset, value) => view.setUint32(offset, value, true),
  int32: (view, offset, value) => view.setInt32(offset, value, true),
  float32: (view, offset, value) => view.setFloat32(offset, value, true),
  float64: (view, offset, value) => view.setFloat64(offset, value, true),
  int64: (view, offset, value) => view.setBigInt64(offset, BigInt(value), true),
  uint64: (view, offset, value) => view.setBigUint64(offset, BigInt(value), true),
}

function codec(datatype: NiftiDatatype): { set: Set; holds: (value: number) => boolean } {
  const set = SETTERS[datatype]
  const { range } = DATATYPES[datatype]
  if (range) {
    const [low, high] = range
    return { set, holds: (value) => Number.isInteger(value) && value >= low && value <= high }
  }
  if (datatype === 'float64') return { set, holds: () => true }
  return { set, holds: (value) => Number.isFinite(Math.fround(value)) || !Number.isFinite(value) }
}
