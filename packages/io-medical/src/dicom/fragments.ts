/**
 * Encapsulated pixel data (PS3.5, A.4): the fragments of every frame.
 *
 * As many fragments as frames are one each; else the extended offset table decides, else the basic one, else a frame
 * begins where a fragment begins with the codec's start marker. Fragments are views; only frames of several are
 * joined.
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

/** Where the fragments' contents lie. Plain numbers, since there may be one fragment per 8 bytes. */
interface Fragments {
  readonly starts: readonly number[]
  readonly ends: readonly number[]
}

/** The compressed bytes of each frame. @throws MedicalImageError (truncated, bad-dicom) */
export function framesOf(encapsulated: Encapsulated): Uint8Array[] {
  const { table, fragments } = readItems(encapsulated)
  const { bytes, frames, name } = encapsulated
  const count = fragments.starts.length
  const firsts = firstFragments(encapsulated, table, fragments)
  if (firsts.length < frames) {
    refuse(name, { code: 'bad-dicom', expected: `fragments of ${frames} frames`, found: `${count} fragments` })
  }
  return Array.from({ length: frames }, (_, i) => {
    const [from, to] = [firsts[i], i + 1 < frames ? firsts[i + 1] : count]
    if (to - from === 1) return bytes.subarray(fragments.starts[from], fragments.ends[from])
    return joined(bytes, { starts: fragments.starts.slice(from, to), ends: fragments.ends.slice(from, to) })
  })
}

function readItems({ bytes, name }: Encapsulated): { table: Uint8Array; fragments: Fragments } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const [starts, ends]: [number[], number[]] = [[], []]
  for (let at = 0; at + 8 <= bytes.length; at = ends[ends.length - 1]) {
    const tag = view.getUint32(at, true)
    if (tag === SEQUENCE_END) break
    const length = view.getUint32(at + 4, true)
    if (tag !== ITEM) {
      refuse(name, { code: 'bad-dicom', expected: 'a fragment', found: `other bytes at ${at} of the pixel data` })
    }
    if (at + 8 + length > bytes.length) {
      const found = `${bytes.length - at - 8} bytes`
      refuse(name, { code: 'truncated', expected: `a fragment of ${length} bytes`, found })
    }
    starts.push(at + 8)
    ends.push(at + 8 + length)
  }
  if (starts.length < 2) {
    const found = `${starts.length} items`
    refuse(name, { code: 'truncated', expected: 'an offset table and a fragment', found })
  }
  return { table: bytes.subarray(starts[0], ends[0]), fragments: { starts: starts.slice(1), ends: ends.slice(1) } }
}

/** Index of the first fragment of each frame. */
function firstFragments(
  { bytes, frames, extendedOffsets }: Encapsulated,
  table: Uint8Array,
  { starts, ends }: Fragments,
): number[] {
  if (frames === 1) return [0]
  if (starts.length === frames) return starts.map((_, i) => i)
  const byOffset = new Map(starts.map((start, i) => [start - starts[0], i]))
  for (const offsets of [wideOffsets(extendedOffsets), narrowOffsets(table)]) {
    const firsts = offsets.slice(0, frames).map((offset) => byOffset.get(offset) ?? -1)
    if (firsts.length === frames && firsts.every((first, i) => first > (firsts[i - 1] ?? -1))) return firsts
  }
  return starts.flatMap((start, i) =>
    beginsCodestream(bytes.subarray(start, Math.min(ends[i], start + 8))) ? [i] : [],
  )
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

function joined(bytes: Uint8Array, { starts, ends }: Fragments): Uint8Array {
  const all = new Uint8Array(starts.reduce((sum, start, i) => sum + ends[i] - start, 0))
  let at = 0
  for (const [i, start] of starts.entries()) {
    all.set(bytes.subarray(start, ends[i]), at)
    at += ends[i] - start
  }
  return all
}
