/**
 * Voxels written as text: decimal numbers, or pairs of hexadecimal digits for bytes.
 *
 * @module
 */
import type { VoxelData } from '@leanvox/volume'
import { match } from 'ts-pattern'
import { DATATYPES, type NiftiDatatype } from '../nifti-datatype.ts'
import type { Refuse } from '../origin.ts'

/**
 * `count` numbers, separated by white space or commas.
 *
 * @throws what `refuse` throws (truncated, too-long, bad-data)
 */
export function numbersFromText(
  bytes: Uint8Array,
  { count, datatype }: { readonly count: number; readonly datatype: NiftiDatatype },
  refuse: Refuse,
): VoxelData {
  const expected = `${count} numbers`
  // A number and what separates it take two bytes at least.
  if (count > (bytes.length + 1) / 2) refuse('truncated', expected, `${bytes.length} bytes of text`)
  const values = arrayFor(datatype, count)
  const { range } = DATATYPES[datatype]
  let found = 0
  for (const [word] of Buffer.from(bytes)
    .toString('latin1')
    .matchAll(/[^\s,]+/g)) {
    if (found === count) refuse('too-long', expected, 'more')
    const value = numberOf(word)
    if (value === undefined || (range && !isWithin(value, range))) {
      return refuse('bad-data', `numbers of type ${datatype}`, JSON.stringify(word.slice(0, 40)))
    }
    values[found++] = value
  }
  return found === count ? values : refuse('truncated', expected, `${found}`)
}

function isWithin(value: number, [low, high]: readonly [number, number]): boolean {
  return Number.isInteger(value) && value >= low && value <= high
}

function numberOf(word: string): number | undefined {
  if (/^[+-]?nan$/i.test(word)) return NaN
  if (/^[+-]?inf(inity)?$/i.test(word)) return word.startsWith('-') ? -Infinity : Infinity
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word) ? Number(word) : undefined
}

function arrayFor(datatype: NiftiDatatype, count: number): VoxelData {
  return match(datatype)
    .with('uint8', () => new Uint8Array(count))
    .with('int8', () => new Int8Array(count))
    .with('uint16', () => new Uint16Array(count))
    .with('int16', () => new Int16Array(count))
    .with('uint32', () => new Uint32Array(count))
    .with('int32', () => new Int32Array(count))
    .with('float32', () => new Float32Array(count))
    .with('float64', 'int64', 'uint64', () => new Float64Array(count))
    .exhaustive()
}

/**
 * `length` bytes of two hexadecimal digits each, white space between them or not.
 *
 * @throws what `refuse` throws (truncated, too-long, bad-data)
 */
export function bytesFromHex(bytes: Uint8Array, length: number, refuse: Refuse): Uint8Array {
  const digits = Buffer.from(bytes).toString('latin1').replace(/\s+/g, '')
  if (/[^0-9a-f]/i.test(digits)) refuse('bad-data', 'hexadecimal digits', 'other characters')
  if (digits.length !== 2 * length) {
    refuse(digits.length < 2 * length ? 'truncated' : 'too-long', `${2 * length} digits`, `${digits.length}`)
  }
  return Uint8Array.from(Buffer.from(digits, 'hex'))
}
