/**
 * Voxel values to stored bytes, little-endian, refusing what the datatype cannot hold.
 *
 * Integers must be whole and in range; float32 rounds to the nearest float32, and a finite value too large for it is
 * refused. Nothing is scaled.
 *
 * @module
 */
import type { VoxelData } from '@leanvox/volume'
import { DATATYPES, type NiftiDatatype } from './nifti-datatype.ts'

/**
 * The bytes of one volume.
 *
 * @throws RangeError naming the first voxel whose value the datatype cannot hold
 */
export function encodeVoxels(data: VoxelData, datatype: NiftiDatatype): Uint8Array {
  const { bytes } = DATATYPES[datatype]
  const { set, holds } = codec(datatype)
  const stored = new Uint8Array(data.length * bytes)
  const view = new DataView(stored.buffer)
  for (let i = 0; i < data.length; i++) {
    if (!holds(data[i])) {
      throw new RangeError(`encodeNifti: expected values that ${datatype} holds, got ${data[i]} at voxel ${i}`)
    }
    set(view, i * bytes, data[i])
  }
  return stored
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
