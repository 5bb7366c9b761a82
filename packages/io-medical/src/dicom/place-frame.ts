/**
 * Stored samples to voxels: the stored bits with their sign (PS3.5, 8.1.1), then slope and intercept, in one pass.
 *
 * Bits outside of the stored ones are not trusted (they may hold overlays), as in pydicom; native data with a HighBit
 * above BitsStored - 1 are shifted down, which pydicom does not do.
 *
 * @module
 */
import type { VoxelData } from '@leanvox/volume'
import type { Samples } from './frame-format.ts'

/** How samples become voxels. */
export interface Placing {
  readonly signed: boolean
  readonly float: boolean
  /** Bits of the samples that count. */
  readonly bits: number
  /** Position of the lowest of them. */
  readonly lowBit: number
  readonly slope: number
  readonly intercept: number
}

/** Samples of one component: the first, and the distance to the next. */
export interface Stride {
  readonly first: number
  readonly step: number
}

type Stored = VoxelData

/** A typed view of decoded samples; copied only when it is not aligned. */
export function typedSamples({ data, width }: Samples, { signed, float }: Placing): Stored {
  const aligned = data.byteOffset % width === 0 ? data : new Uint8Array(data)
  const { buffer, byteOffset } = aligned
  const count = Math.floor(aligned.length / width)
  if (float)
    return width === 8 ? new Float64Array(buffer, byteOffset, count) : new Float32Array(buffer, byteOffset, count)
  if (width === 1) return signed ? new Int8Array(buffer, byteOffset, count) : new Uint8Array(buffer, byteOffset, count)
  if (width === 2)
    return signed ? new Int16Array(buffer, byteOffset, count) : new Uint16Array(buffer, byteOffset, count)
  return signed ? new Int32Array(buffer, byteOffset, count) : new Uint32Array(buffer, byteOffset, count)
}

/** Writes one frame's component into `target`; the two may share memory when their elements are equally wide. */
export function placeSamples(
  { source, target }: { readonly source: Stored; readonly target: VoxelData },
  placing: Placing,
  { first, step }: Stride = { first: 0, step: 1 },
): void {
  const { signed, float, bits, lowBit, slope, intercept } = placing
  const container = source.BYTES_PER_ELEMENT * 8
  const shift = 32 - Math.min(bits, container)
  const kept = float || (shift === 32 - container && lowBit === 0)
  if (kept && slope === 1 && intercept === 0 && step === 1 && first === 0) {
    if (target.buffer !== source.buffer) target.set(source.subarray(0, target.length))
    return
  }
  if (step === 1 && slope === 1 && !float && Number.isInteger(intercept)) {
    placeWhole(source.subarray(first, first + target.length), target, {
      up: shift - lowBit,
      shift,
      add: intercept,
      signed,
    })
    return
  }
  const up = shift - lowBit
  if (kept) for (let i = 0, at = first; i < target.length; i++, at += step) target[i] = slope * source[at] + intercept
  else if (signed)
    for (let i = 0, at = first; i < target.length; i++, at += step)
      target[i] = slope * ((source[at] << up) >> shift) + intercept
  else
    for (let i = 0, at = first; i < target.length; i++, at += step)
      target[i] = slope * ((source[at] << up) >>> shift) + intercept
}

interface WholePlacing {
  /** Bits to the left that bring the highest stored bit to bit 31. */
  readonly up: number
  /** Bits back to the right. */
  readonly shift: number
  readonly add: number
  readonly signed: boolean
}

/** The usual case, integers moved by an intercept: kept to 32-bit operations, which is most of the time of reading a series. */
function placeWhole(source: Stored, target: VoxelData, how: WholePlacing): void {
  const { up, shift, add, signed } = how
  const { length } = target
  const mask = up === shift ? (0xffffffff >>> shift) | 0 : 0
  if (mask > 0 && (!signed || mask === 0xffff) && placePairs(source, target, { mask, add })) return
  if (signed) for (let i = 0; i < length; i++) target[i] = ((source[i] << up) >> shift) + add
  else if (mask > 0) for (let i = 0; i < length; i++) target[i] = (source[i] & mask) + add
  else for (let i = 0; i < length; i++) target[i] = ((source[i] << up) >>> shift) + add
}

/**
 * 16-bit voxels two at a time: the sum of both halves of a word without a carry between them, which typed arrays would drop too.
 * False where the arrays do not lie so.
 */
function placePairs(
  source: Stored,
  target: VoxelData,
  { mask, add }: { readonly mask: number; readonly add: number },
): boolean {
  const aligned = source.byteOffset % 4 === 0 && target.byteOffset % 4 === 0 && target.length % 2 === 0
  if (!aligned || source.BYTES_PER_ELEMENT !== 2 || target.BYTES_PER_ELEMENT !== 2) return false
  if (source.length < target.length) return false
  const count = target.length / 2
  const from = new Int32Array(source.buffer, source.byteOffset, count)
  const to = new Int32Array(target.buffer, target.byteOffset, count)
  const [kept, both] = [(mask << 16) | mask, (add << 16) | (add & 0xffff)]
  const [low, high] = [both & 0x7fff7fff, both & 0x80008000]
  for (let i = 0; i < count; i++) {
    const stored = from[i] & kept
    to[i] = ((stored & 0x7fff7fff) + low) ^ ((stored ^ high) & 0x80008000)
  }
  return true
}
