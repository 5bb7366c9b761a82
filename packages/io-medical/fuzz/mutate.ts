/**
 * Small damages to bytes, as AFL and libFuzzer do them: bits, interesting numbers, pieces cut, doubled, moved, taken from
 * another input, and words of the format.
 *
 * @module
 */
import type { Rng } from '@leanvox/random'

/** What mutations draw from. */
export interface MutationSource {
  readonly rng: Rng
  /** Words of the format: field names, magic bytes. */
  readonly words: readonly Uint8Array[]
  /** Other inputs, for pieces of them. */
  readonly corpus: readonly Uint8Array[]
  /** Longest result in bytes. */
  readonly longest: number
}

const NUMBERS = [0, 1, -1, 2, 3, 4, 7, 16, 127, 128, 255, 256, 348, 540, 1024, 32767, 32768, 65535, 65536, 2147483647]
const REALS = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 1e-40, 1e38, 0.5, 3e9, 1e300]
/** Headers come first: most damage is done there. */
const HEAD = 640

type Mutation = (bytes: Uint8Array, source: MutationSource) => Uint8Array

/** The bytes with 1 to 8 damages. */
export function mutate(bytes: Uint8Array, source: MutationSource): Uint8Array {
  let result = Uint8Array.from(bytes)
  const times = 1 + source.rng.integer(2 ** source.rng.integer(4))
  for (let i = 0; i < times; i++) result = MUTATIONS[source.rng.integer(MUTATIONS.length)](result, source)
  return result.subarray(0, source.longest)
}

const MUTATIONS: readonly Mutation[] = [
  flipBit,
  flipBit,
  setByte,
  setNumber,
  setNumber,
  setReal,
  cut,
  double,
  truncate,
  insertWord,
  overwriteWord,
  splice,
  digits,
]

function place(length: number, { rng }: MutationSource): number {
  if (length === 0) return 0
  return rng.uniform() < 0.7 ? rng.integer(Math.min(length, HEAD)) : rng.integer(length)
}

function flipBit(bytes: Uint8Array, source: MutationSource): Uint8Array {
  if (bytes.length > 0) bytes[place(bytes.length, source)] ^= 1 << source.rng.integer(8)
  return bytes
}

function setByte(bytes: Uint8Array, source: MutationSource): Uint8Array {
  if (bytes.length > 0) bytes[place(bytes.length, source)] = source.rng.integer(256)
  return bytes
}

function setNumber(bytes: Uint8Array, source: MutationSource): Uint8Array {
  const width = [1, 2, 4][source.rng.integer(3)]
  if (bytes.length < width) return bytes
  const at = Math.min(place(bytes.length, source), bytes.length - width)
  const value = NUMBERS[source.rng.integer(NUMBERS.length)]
  const view = new DataView(bytes.buffer)
  const little = source.rng.integer(2) === 0
  if (width === 1) view.setInt8(at, value)
  else if (width === 2) view.setInt16(at, value, little)
  else view.setInt32(at, value, little)
  return bytes
}

function setReal(bytes: Uint8Array, source: MutationSource): Uint8Array {
  if (bytes.length < 8) return bytes
  const at = Math.min(place(bytes.length, source) & ~3, bytes.length - 8)
  const value = REALS[source.rng.integer(REALS.length)]
  const view = new DataView(bytes.buffer)
  if (source.rng.integer(2) === 0) view.setFloat32(at, value, source.rng.integer(2) === 0)
  else view.setFloat64(at, value, source.rng.integer(2) === 0)
  return bytes
}

function cut(bytes: Uint8Array, source: MutationSource): Uint8Array {
  const [start, end] = range(bytes.length, source)
  return joined(bytes.subarray(0, start), bytes.subarray(end))
}

function double(bytes: Uint8Array, source: MutationSource): Uint8Array {
  const [start, end] = range(bytes.length, source)
  return joined(bytes.subarray(0, end), bytes.subarray(start))
}

function truncate(bytes: Uint8Array, source: MutationSource): Uint8Array {
  return bytes.slice(0, place(bytes.length, source))
}

function insertWord(bytes: Uint8Array, source: MutationSource): Uint8Array {
  const at = place(bytes.length, source)
  return joined(bytes.subarray(0, at), word(source), bytes.subarray(at))
}

function overwriteWord(bytes: Uint8Array, source: MutationSource): Uint8Array {
  const [at, chosen] = [place(bytes.length, source), word(source)]
  return joined(bytes.subarray(0, at), chosen, bytes.subarray(at + chosen.length))
}

function splice(bytes: Uint8Array, source: MutationSource): Uint8Array {
  const other = source.corpus[source.rng.integer(source.corpus.length)]
  const [start, end] = range(other.length, source)
  const at = place(bytes.length, source)
  return joined(bytes.subarray(0, at), other.subarray(start, end), bytes.subarray(at))
}

/** A number in text becomes another one. */
function digits(bytes: Uint8Array, source: MutationSource): Uint8Array {
  const start = place(bytes.length, source)
  const at = bytes.findIndex((byte, i) => i >= start && byte >= 0x30 && byte <= 0x39)
  if (at < 0) return bytes
  let end = at
  while (bytes[end] >= 0x30 && bytes[end] <= 0x39) end++
  const pool = source.rng.integer(2) === 0 ? NUMBERS : REALS
  const text = Buffer.from(`${pool[source.rng.integer(pool.length)]}`)
  return joined(bytes.subarray(0, at), text, bytes.subarray(end))
}

function word({ words, rng }: MutationSource): Uint8Array {
  return words.length === 0 ? Uint8Array.of(0) : words[rng.integer(words.length)]
}

function range(length: number, source: MutationSource): [start: number, end: number] {
  const start = place(length, source)
  return [start, Math.min(length, start + 1 + source.rng.integer(2 ** (1 + source.rng.integer(8))))]
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes
}
