/**
 * The voxel datatypes read and written here, with their NIfTI codes (nifti1.h, "NIFTI_TYPE_*").
 *
 * 64-bit integers have no plain number array in JavaScript: they become a Float64Array, exact for |value| < 2^53.
 *
 * @module
 */

/** Name of a datatype; as numpy says it. */
export type NiftiDatatype =
  'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32' | 'uint64' | 'int64' | 'float32' | 'float64'

interface DatatypeFacts {
  readonly code: number
  readonly bytes: 1 | 2 | 4 | 8
  /** Smallest and largest value that is stored and read back as itself; absent for floats. */
  readonly range?: readonly [low: number, high: number]
}

const SAFE = Number.MAX_SAFE_INTEGER

export const DATATYPES: Readonly<Record<NiftiDatatype, DatatypeFacts>> = {
  uint8: { code: 2, bytes: 1, range: [0, 255] },
  int16: { code: 4, bytes: 2, range: [-32768, 32767] },
  int32: { code: 8, bytes: 4, range: [-2147483648, 2147483647] },
  float32: { code: 16, bytes: 4 },
  float64: { code: 64, bytes: 8 },
  int8: { code: 256, bytes: 1, range: [-128, 127] },
  uint16: { code: 512, bytes: 2, range: [0, 65535] },
  uint32: { code: 768, bytes: 4, range: [0, 4294967295] },
  int64: { code: 1024, bytes: 8, range: [-SAFE, SAFE] },
  uint64: { code: 1280, bytes: 8, range: [0, SAFE] },
}

const BY_CODE = new Map(Object.entries(DATATYPES).map(([name, { code }]) => [code, name as NiftiDatatype]))

/** Codes of colours, bytes side by side for every voxel, by their number. */
export const COLOUR_CODES = { 3: 128, 4: 2304 } as const
const COLOURS = new Map<number, 3 | 4>([
  [COLOUR_CODES[3], 3],
  [COLOUR_CODES[4], 4],
])

/** Codes of the standard that hold no real numbers of up to 64 bits, named for the message that refuses them. */
const UNSUPPORTED = new Map([
  [1, 'binary'],
  [32, 'complex64'],
  [1536, 'float128'],
  [1792, 'complex128'],
  [2048, 'complex256'],
])

/** What a NIfTI code stores for each voxel: one number, or the bytes red, green, blue (and alpha). */
export interface VoxelKind {
  readonly datatype: NiftiDatatype
  readonly colours: 1 | 3 | 4
}

/** The meaning of a NIfTI code, or undefined when it is not one read here. */
export function voxelKindOfCode(code: number): VoxelKind | undefined {
  const colours = COLOURS.get(code)
  if (colours) return { datatype: 'uint8', colours }
  const datatype = BY_CODE.get(code)
  return datatype && { datatype, colours: 1 }
}

/** A NIfTI code in words: `complex64 (code 32)`. */
export function describeCode(code: number): string {
  return `${BY_CODE.get(code) ?? UNSUPPORTED.get(code) ?? 'an unknown datatype'} (code ${code})`
}
