/**
 * Masks at one bit a voxel: an eighth of the memory, and 32 voxels compared at once.
 *
 * Bit x of the row (z, y) is bit x mod 32 of `words[1 + (z · height + y) · rowWords + ⌊x / 32⌋]`. One word before the first
 * row and one at the end of each are zero, so that what looks 32 voxels to either side sees background there.
 *
 * @module
 */
import { assertLength, assertPosition, assertShape, list } from './checks.ts'
import type { Box, Shape3 } from './types.ts'

/** Bits of a mask; those beyond the width are 0. */
export interface PackedMask {
  readonly words: Int32Array
  readonly rowWords: number
  readonly shape: Shape3
}

/** A packed mask of background. */
export function emptyPackedMask(shape: Shape3): PackedMask {
  const rowWords = Math.ceil(shape[2] / 32) + 1
  return { words: new Int32Array(1 + shape[0] * shape[1] * rowWords), rowWords, shape }
}

/**
 * Packs every value but 0 as foreground, NaN too, of a box of the mask only, with a rim of so many voxels of background around it
 * on request: voxel (0, 0, 0) of the box is then voxel (1, 1, 1).
 *
 * @throws RangeError for data that do not fit the shape, or a box that does not lie within it
 */
export function packMask(
  { data, shape }: { readonly data: ArrayLike<number>; readonly shape: Shape3 },
  { box = { start: [0, 0, 0], size: shape }, rim = 0 }: { readonly box?: Box; readonly rim?: 0 | 1 } = {},
): PackedMask {
  assertShape(shape, 'packMask')
  assertLength(data, shape, 'packMask')
  const { start, size } = box
  assertPosition(start, 'packMask')
  assertShape(size, 'packMask', { what: 'size' })
  if (start.some((first, axis) => first < 0 || first + size[axis] > shape[axis])) {
    throw new RangeError(`packMask: expected a box within ${list(shape)}, got ${list(size)} at ${list(start)}`)
  }
  const packed = emptyPackedMask([size[0] + 2 * rim, size[1] + 2 * rim, size[2] + 2 * rim])
  const source: Source = { data, fast: wordsOf(data), rim, count: size[2] }
  for (let z = 0; z < size[0]; z++) {
    for (let y = 0; y < size[1]; y++) {
      const from = ((z + start[0]) * shape[1] + y + start[1]) * shape[2] + start[2]
      const to = 1 + ((z + rim) * packed.shape[1] + y + rim) * packed.rowWords
      if (!packRowByWords(source, packed.words, { from, to })) packRow(source, packed.words, { from, to })
    }
  }
  return packed
}

/** Indices of the foreground voxels in memory order. */
export function packedPlaces({ words, rowWords, shape }: PackedMask): Int32Array {
  let count = 0
  for (let i = 0; i < words.length; i++) if (words[i] !== 0) count += bitCount(words[i])
  const places = new Int32Array(count)
  const rows = shape[0] * shape[1]
  for (let row = 0, at = 1, next = 0; row < rows; row++, at += rowWords) {
    for (let k = 0; k < rowWords; k++) {
      const first = row * shape[2] + 32 * k
      for (let word = words[at + k]; word !== 0; word &= word - 1) places[next++] = first + lowestBit(word)
    }
  }
  return places
}

/** One byte a voxel, 1 or 0. */
export function unpackMask(packed: PackedMask): Uint8Array {
  const [depth, height, width] = packed.shape
  const bytes = new Uint8Array(depth * height * width)
  for (const place of packedPlaces(packed)) bytes[place] = 1
  return bytes
}

/** Place of the lowest bit that is set; the word must not be 0. */
export function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word)
}

/** How many bits are set. */
export function bitCount(word: number): number {
  let sum = word - ((word >>> 1) & 0x55555555)
  sum = (sum & 0x33333333) + ((sum >>> 2) & 0x33333333)
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

interface Source {
  readonly data: ArrayLike<number>
  /** The same memory, four voxels a word. */
  readonly fast: Int32Array | undefined
  readonly rim: 0 | 1
  /** Voxels of a row. */
  readonly count: number
}

/** Index of a row's first voxel, and of the word it goes to. */
interface RowPlace {
  readonly from: number
  readonly to: number
}

function packRow({ data, rim, count }: Source, words: Int32Array, { from, to }: RowPlace): void {
  for (let x = 0, bit = rim; x < count; x++, bit++) {
    if (data[from + x] !== 0) words[to + (bit >> 5)] |= 1 << (bit & 31)
  }
}

/** As `packRow`, by words of four voxels; false where these would reach beyond the data. */
function packRowByWords({ fast, rim, count }: Source, words: Int32Array, { from, to }: RowPlace): boolean {
  if (!fast) return false
  const skew = (from - rim) & 3
  const first = (from - rim - skew) / 4
  const used = (count + rim + 31) >> 5
  if (first < 0 || first + 8 * used + 8 > fast.length) return false
  let low = bitsOf32(fast, first)
  for (let k = 0; k < used; k++) {
    const high = bitsOf32(fast, first + 8 * k + 8)
    words[to + k] = (low >>> skew) | ((high << 1) << (31 - skew))
    low = high
  }
  const over = (count + rim) & 31
  if (over !== 0) words[to + used - 1] &= (1 << over) - 1
  words[to] &= -1 << rim
  return true
}

/** Which of the 32 bytes of eight words are not zero; the first byte is bit 0. */
function bitsOf32(words: Int32Array, i: number): number {
  const a = words[i] | words[i + 1] | words[i + 2] | words[i + 3]
  const b = words[i + 4] | words[i + 5] | words[i + 6] | words[i + 7]
  if ((a | b) === 0) return 0
  const low = bitsOf8(words[i], words[i + 1]) | (bitsOf8(words[i + 2], words[i + 3]) << 8)
  const high = bitsOf8(words[i + 4], words[i + 5]) | (bitsOf8(words[i + 6], words[i + 7]) << 8)
  return low | (high << 16)
}

/**
 * Which of the eight bytes of two words are not zero. Adding 127 to the low seven bits of a byte sets its eighth if any
 * was set; the multiplication gathers the eight flags in the top byte.
 */
function bitsOf8(first: number, second: number): number {
  const low = (((first & 0x7f7f7f7f) + 0x7f7f7f7f) | first) & 0x80808080
  const high = (((second & 0x7f7f7f7f) + 0x7f7f7f7f) | second) & 0x80808080
  return Math.imul((low >>> 7) | (high >>> 3), 0x01020408) >>> 24
}

const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1

function wordsOf(data: ArrayLike<number>): Int32Array | undefined {
  const fits = (data instanceof Uint8Array || data instanceof Int8Array) && data.byteOffset % 4 === 0
  return fits && isLittleEndian ? new Int32Array(data.buffer, data.byteOffset, data.length >> 2) : undefined
}
