/**
 * Element types of safetensors and the typed arrays that hold them. F16, BF16 and the 8-bit floats have no typed array
 * here and are not read; BOOL reads as 0 and 1 in bytes.
 *
 * @module
 */

// In the order in which the reference library lays tensors out.
const ARRAYS = {
  U64: BigUint64Array,
  I64: BigInt64Array,
  F64: Float64Array,
  F32: Float32Array,
  U32: Uint32Array,
  I32: Int32Array,
  U16: Uint16Array,
  I16: Int16Array,
  I8: Int8Array,
  U8: Uint8Array,
} as const

/** A type that can be written. */
export type SafetensorDtype = keyof typeof ARRAYS

/** The typed arrays a stored tensor may have. */
export type TensorData =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array

/** The format's name for an array's element type. */
export function dtypeOf(data: TensorData): SafetensorDtype {
  const found = Object.entries(ARRAYS).find(([, constructor]) => data instanceof constructor)
  if (!found)
    throw new TypeError(`encodeSafetensors: expected a typed array, got ${Object.prototype.toString.call(data)}`)
  return found[0] as SafetensorDtype // the keys of ARRAYS
}

/** The buffer seen as numbers of a type; undefined for a type without typed array. */
export function viewOf(dtype: string, buffer: ArrayBuffer): TensorData | undefined {
  if (dtype === 'BOOL') return new Uint8Array(buffer)
  const constructor = Object.hasOwn(ARRAYS, dtype) ? ARRAYS[dtype as SafetensorDtype] : undefined
  return constructor && new constructor(buffer)
}

/** Where a type stands in the file: wider types first, so that every tensor is aligned. */
export function layoutRank(dtype: SafetensorDtype): number {
  return Object.keys(ARRAYS).indexOf(dtype)
}
