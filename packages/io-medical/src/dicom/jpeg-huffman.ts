/**
 * Huffman codes and the bits of a JPEG scan (ISO/IEC 10918-1, annexes C and F.2.2).
 *
 * A code table is one lookup by the next 16 bits. Stuffed zeros after 0xFF are dropped; at a marker or the end zeros
 * are handed out, and after 16 bytes of them the scan counts as cut off, so that damaged data end.
 *
 * @module
 */
import { refuse } from './refuse.ts'

/** Symbol and code length by the next 16 bits: `length << 8 | symbol`; 0 where no code begins so. */
export type HuffmanTable = Uint16Array

/** The tables of a DHT segment, by class (0 DC or lossless, 1 AC) and number: key `class << 4 | number`. */
export function readHuffmanTables(content: Uint8Array, tables: Map<number, HuffmanTable>, name: string): void {
  for (let at = 0; at + 17 <= content.length;) {
    const counts = content.subarray(at + 1, at + 17)
    const total = counts.reduce((sum, count) => sum + count, 0)
    const symbols = content.subarray(at + 17, at + 17 + total)
    if (symbols.length < total)
      refuse(name, { code: 'bad-dicom', expected: 'a whole Huffman table', found: 'fewer symbols' })
    tables.set(content[at], lookup(counts, symbols, name))
    at += 17 + total
  }
}

function lookup(counts: Uint8Array, symbols: Uint8Array, name: string): HuffmanTable {
  const table = new Uint16Array(1 << 16)
  let next = 0
  let index = 0
  for (let length = 1; length <= 16; length++) {
    const span = 1 << (16 - length)
    for (let left = counts[length - 1]; left > 0; left--) {
      if (next + span > table.length)
        refuse(name, { code: 'bad-dicom', expected: 'a Huffman code', found: 'too many codes' })
      table.fill((length << 8) | symbols[index++], next, next + span)
      next += span
    }
  }
  return table
}

const MOST_MISSING = 16

/** The entropy-coded bits from `at` on. */
export class ScanBits {
  private readonly bytes: Uint8Array
  private readonly name: string
  private at: number
  private buffer = 0
  private count = 0
  private missing = 0

  constructor(bytes: Uint8Array, at: number, name: string) {
    this.bytes = bytes
    this.at = at
    this.name = name
  }

  /** The next symbol of a table. */
  symbol(table: HuffmanTable): number {
    if (this.count < 16) this.fill()
    const entry = table[(this.buffer >>> (this.count - 16)) & 0xffff]
    if (entry === 0)
      refuse(this.name, { code: 'bad-dicom', expected: 'a Huffman code', found: 'other bits in the JPEG scan' })
    this.count -= entry >>> 8
    return entry & 0xff
  }

  /** The next `length` bits (at most 16) as JPEG writes a signed difference of that category. */
  difference(length: number): number {
    if (length === 0) return 0
    if (this.count < length) this.fill()
    this.count -= length
    const bits = (this.buffer >>> this.count) & ((1 << length) - 1)
    return bits < 1 << (length - 1) ? bits - (1 << length) + 1 : bits
  }

  /** Steps behind the next restart marker. */
  restart(): void {
    this.count = 0
    this.missing = 0
    const { bytes } = this
    while (this.at + 1 < bytes.length && !(bytes[this.at] === 0xff && (bytes[this.at + 1] & 0xf8) === 0xd0)) this.at++
    this.at += 2
  }

  private fill(): void {
    const { bytes } = this
    while (this.count <= 24) {
      const byte = bytes[this.at]
      if (byte === undefined || (byte === 0xff && bytes[this.at + 1] !== 0)) {
        if (++this.missing > MOST_MISSING)
          refuse(this.name, { code: 'truncated', expected: 'a whole JPEG scan', found: 'its end' })
        this.buffer <<= 8
      } else {
        this.buffer = (this.buffer << 8) | byte
        this.at += byte === 0xff ? 2 : 1
      }
      this.count += 8
    }
  }
}
