/**
 * Encapsulated pixel data (PS3.5, A.4): the fragments of every frame.
 *
 * The extended offset table decides, else the basic one; without either there is one fragment per frame, or one frame, or a frame
 * begins where a fragment begins with the codec's start marker. Fragments are views; only frames of several are joined.
 *
 * @module
 */
import { refuse } from './refuse.ts'

/** Bytes of encapsulated pixel data from its first item on, and what the header says about offsets. */
export interface Encapsulated {
  readonly bytes: Uint8Array
  readonly frames: number
  /** (7FE0,0001), 64-bit little-endian offsets; empty when absent. */
  readonly extendedOffsets: Uint8Array
  readonly name: string
}

const ITEM = 0xe000fffe
const SEQUENCE_END = 0xe0ddfffe

interface Fragment {
  /** Of its item tag, from the first fragment's item tag. */
  readonly offset: number
  readonly bytes: Uint8Array
}

/** The compressed bytes of each frame. @throws MedicalImageError (truncated, bad-dicom) */
export function framesOf(encapsulated: Encapsulated): Uint8Array[] {
  const { table, fragments } = readItems(encapsulated)
  const { frames, name } = encapsulated
  const starts = startsOf(encapsulated, table, fragments)
  if (starts.length < frames) {
    const found = `${fragments.length} fragments`
    refuse(name, { code: 'bad-dicom', expected: `fragments of ${frames} frames`, found })
  }
  return Array.from({ length: frames }, (_, i) => {
    const end = i + 1 < frames ? starts[i + 1] : fragments.length
    return joined(fragments.slice(starts[i], end).map(({ bytes }) => bytes))
  })
}

function readItems({ bytes, name }: Encapsulated): { table: Uint8Array; fragments: Fragment[] } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const items: Fragment[] = []
  for (let at = 0; at + 8 <= bytes.length;) {
    const tag = view.getUint32(at, true)
    if (tag === SEQUENCE_END) break
    const length = view.getUint32(at + 4, true)
    if (tag !== ITEM) refuse(name, { code: 'bad-dicom', expected: 'a fragment', found: `other bytes at ${at} of the pixel data` })
    const end = at + 8 + length
    if (end > bytes.length) {
      const expected = `a fragment of ${length} bytes`
      refuse(name, { code: 'truncated', expected, found: `${bytes.length - at - 8} bytes` })
    }
    items.push({ offset: at, bytes: bytes.subarray(at + 8, end) })
    at = end
  }
  const [table, ...fragments] = items
  if (!table || fragments.length === 0) {
    refuse(name, { code: 'truncated', expected: 'an offset table and a fragment', found: `${items.length} items` })
  }
  const base = fragments[0].offset
  return { table: table.bytes, fragments: fragments.map(({ offset, bytes: own }) => ({ offset: offset - base, bytes: own })) }
}

/** Index of the first fragment of each frame. */
function startsOf({ frames, extendedOffsets }: Encapsulated, table: Uint8Array, fragments: readonly Fragment[]): number[] {
  if (frames === 1) return [0]
  const byOffset = new Map(fragments.map(({ offset }, i) => [offset, i]))
  for (const offsets of [wideOffsets(extendedOffsets), narrowOffsets(table)]) {
    const starts = offsets.slice(0, frames).map((offset) => byOffset.get(offset) ?? -1)
    if (starts.length === frames && starts.every((start, i) => start > (starts[i - 1] ?? -1))) return starts
  }
  if (fragments.length === frames) return fragments.map((_, i) => i)
  return fragments.flatMap(({ bytes }, i) => (beginsCodestream(bytes) ? [i] : []))
}

function wideOffsets(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return Array.from({ length: bytes.length >>> 3 }, (_, i) => Number(view.getBigUint64(i * 8, true)))
}

function narrowOffsets(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return Array.from({ length: bytes.length >>> 2 }, (_, i) => view.getUint32(i * 4, true))
}

/** JPEG and JPEG-LS (SOI, then a marker), or JPEG 2000 (SOC, SIZ; or a JP2 box). */
function beginsCodestream(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0xff) return bytes[4] === 0x6a && bytes[5] === 0x50
  return (bytes[1] === 0xd8 && bytes[2] === 0xff) || (bytes[1] === 0x4f && bytes[2] === 0xff)
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
