/**
 * The raw fields of a NIfTI header that reading needs, by the offsets of nifti1.h and nifti2.h; nothing is checked here.
 *
 * @module
 */
import type { NiftiGeometry } from './nifti-affine.ts'

/** Fields as stored; 64-bit integers as numbers, rounded where they are too large for that. */
export interface NiftiFields extends NiftiGeometry {
  /** Rank, then seven extents. */
  readonly dims: readonly number[]
  readonly datatype: number
  readonly voxelOffset: number
  readonly slope: number
  readonly intercept: number
  readonly description: string
  readonly intent: { readonly code: number; readonly name: string; readonly parameters: readonly number[] }
}

/** A header's fields; `bytes` hold at least 348 (version 1) or 540 bytes. */
export function niftiFields(
  bytes: Uint8Array,
  { version, littleEndian }: { readonly version: 1 | 2; readonly littleEndian: boolean },
): NiftiFields {
  const read = reader(bytes, littleEndian)
  return version === 1 ? fields1(read) : fields2(read)
}

function fields1({ int16, floats32, text }: Reader): NiftiFields {
  return {
    intent: { code: int16(68), name: text(328, 16), parameters: floats32(56, 3) },
    dims: eight((i) => int16(40 + 2 * i)),
    datatype: int16(70),
    ...geometry(floats32(76, 8), { codes: [int16(252), int16(254)], placed: floats32(256, 18) }),
    voxelOffset: floats32(108, 1)[0],
    slope: floats32(112, 1)[0],
    intercept: floats32(116, 1)[0],
    description: text(148, 80),
  }
}

function fields2({ int16, int32, int64, floats64, text }: Reader): NiftiFields {
  return {
    intent: { code: int32(504), name: text(508, 16), parameters: floats64(80, 3) },
    dims: eight((i) => int64(16 + 8 * i)),
    datatype: int16(12),
    ...geometry(floats64(104, 8), { codes: [int32(344), int32(348)], placed: floats64(352, 18) }),
    voxelOffset: int64(168),
    slope: floats64(176, 1)[0],
    intercept: floats64(184, 1)[0],
    description: text(240, 80),
  }
}

/** @param parts.placed quaternion, offset and the rows of the sform, as they follow one another in both versions */
function geometry(
  pixdim: readonly number[],
  { codes, placed }: { readonly codes: readonly [number, number]; readonly placed: readonly number[] },
): NiftiGeometry {
  const [b, c, d, x, y, z, ...sform] = placed
  return { pixdim, qformCode: codes[0], sformCode: codes[1], quaternion: [b, c, d], offset: [x, y, z], sform }
}

function eight(read: (i: number) => number): number[] {
  return Array.from({ length: 8 }, (_, i) => read(i))
}

type Reader = ReturnType<typeof reader>

function reader(bytes: Uint8Array, little: boolean) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return {
    int16: (offset: number) => view.getInt16(offset, little),
    int32: (offset: number) => view.getInt32(offset, little),
    int64: (offset: number) => Number(view.getBigInt64(offset, little)),
    floats32: (offset: number, length: number) =>
      Array.from({ length }, (_, i) => view.getFloat32(offset + 4 * i, little)),
    floats64: (offset: number, length: number) =>
      Array.from({ length }, (_, i) => view.getFloat64(offset + 8 * i, little)),
    /** Up to the first zero. */
    text: (offset: number, length: number) =>
      Buffer.from(bytes.subarray(offset, offset + length))
        .toString('latin1')
        .replace(/\0.*$/s, ''),
  }
}
