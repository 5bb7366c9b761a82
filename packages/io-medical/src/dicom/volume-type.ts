/**
 * Which array holds the voxels, decided by the headers alone (never by the values), so that a series always reads as
 * one type.
 *
 * Without rescaling it is the stored type. Whole slopes and intercepts keep integers: the smallest of int16, uint16,
 * int32 (from 8-bit images uint8, int16, int32) that holds every value the stored bits can make. Other rescaling gives
 * Float32Array up to 16 bits, Float64Array beyond.
 *
 * @module
 */
import type { VoxelData } from '@leanvox/volume'
import type { DicomHeader, FrameFacts } from './dicom-header.ts'

/** A typed-array constructor of volumes. */
export interface VoxelArray {
  new (length: number): VoxelData
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): VoxelData
  readonly BYTES_PER_ELEMENT: number
}

const RANGES: readonly {
  readonly type: VoxelArray
  readonly low: number
  readonly high: number
  readonly bytes: number
}[] = [
  { type: Uint8Array, low: 0, high: 255, bytes: 1 },
  { type: Int16Array, low: -32768, high: 32767, bytes: 2 },
  { type: Uint16Array, low: 0, high: 65535, bytes: 2 },
  { type: Int32Array, low: -(2 ** 31), high: 2 ** 31 - 1, bytes: 4 },
]

/** The array that stores samples as they are. */
export function storedArray({ bitsAllocated, signed, float }: DicomHeader): VoxelArray {
  if (float) return bitsAllocated === 64 ? Float64Array : Float32Array
  if (bitsAllocated <= 8) return signed ? Int8Array : Uint8Array
  if (bitsAllocated === 16) return signed ? Int16Array : Uint16Array
  return signed ? Int32Array : Uint32Array
}

/** The array of the rescaled voxels of all frames. */
export function voxelArray(header: DicomHeader, frames: readonly FrameFacts[]): VoxelArray {
  if (header.samples > 1 || frames.every(({ slope, intercept }) => slope === 1 && intercept === 0))
    return storedArray(header)
  if (header.float) return storedArray(header)
  const whole = frames.every(({ slope, intercept }) => Number.isInteger(slope) && Number.isInteger(intercept))
  const floating = header.bitsAllocated <= 16 ? Float32Array : Float64Array
  return whole ? (integerArray(header, frames) ?? floating) : floating
}

function integerArray(header: DicomHeader, frames: readonly FrameFacts[]): VoxelArray | undefined {
  const { signed, bitsStored, bitsAllocated } = header
  const lowest = signed ? -(2 ** (bitsStored - 1)) : 0
  const highest = lowest + 2 ** bitsStored - 1
  let [low, high] = [Infinity, -Infinity]
  for (const { slope, intercept } of frames) {
    low = Math.min(low, slope * lowest + intercept, slope * highest + intercept)
    high = Math.max(high, slope * lowest + intercept, slope * highest + intercept)
  }
  return RANGES.find((range) => range.bytes * 8 >= bitsAllocated && range.low <= low && range.high >= high)?.type
}
