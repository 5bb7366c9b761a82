/**
 * Walking the data elements of a DICOM data set (PS3.5, section 7): tag, VR, length, and how to step over the value.
 *
 * Every step moves on by 8 bytes or more, and nothing is allocated by a declared length, so a hostile header costs
 * time linear in the bytes that are there. As in pydicom, an explicit data set whose VR is not two capital letters is
 * taken as implicit at that place, and a value of undefined length that is not pixel data is stepped over item by
 * item.
 *
 * @module
 */
import { refuse } from './refuse.ts'
import { TAG, tagName } from './tags.ts'

/** Where one element's value lies. */
export interface Element {
  readonly tag: number
  /** Empty in implicit data sets. */
  readonly vr: string
  /** First byte of the value. */
  readonly start: number
  /** One past the value; for undefined lengths -1 until it is stepped over. */
  readonly end: number
}

/** Bytes and how they are written. */
export interface Region {
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly littleEndian: boolean
  readonly explicit: boolean
  /** Whether these are all bytes of the file, or only its beginning. */
  readonly complete: boolean
  readonly name: string
}

/** The beginning of a file did not hold its whole header: read more. */
export class MoreBytesNeeded extends Error {}

export const UNDEFINED_LENGTH = 0xffffffff
const DEEPEST = 32
/** VRs whose length takes 4 bytes after 2 reserved ones. */
const LONG = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV'])

export function tagAt({ view, littleEndian }: Region, at: number): number {
  return ((view.getUint16(at, littleEndian) << 16) | view.getUint16(at + 2, littleEndian)) >>> 0
}

/** The element whose tag is at `at`. */
export function elementAt(region: Region, at: number): Element {
  needs(region, at + 8)
  const tag = tagAt(region, at)
  const { view, littleEndian } = region
  const vr = region.explicit && tag >>> 16 !== 0xfffe ? vrAt(region.bytes, at + 4) : ''
  if (vr === '') return located(region, { tag, vr, start: at + 8 }, view.getUint32(at + 4, littleEndian))
  if (!LONG.has(vr)) return located(region, { tag, vr, start: at + 8 }, view.getUint16(at + 6, littleEndian))
  needs(region, at + 12)
  return located(region, { tag, vr, start: at + 12 }, view.getUint32(at + 8, littleEndian))
}

function located(region: Region, place: { tag: number; vr: string; start: number }, length: number): Element {
  if (length === UNDEFINED_LENGTH) return { ...place, end: -1 }
  const end = place.start + length
  if (place.tag !== TAG.PixelData && place.tag !== TAG.FloatPixelData && place.tag !== TAG.DoubleFloatPixelData) {
    needs(region, end)
  }
  return { ...place, end }
}

/** Two capital letters, or nothing. */
export function vrAt(bytes: Uint8Array, at: number): string {
  const [first, second] = [bytes[at], bytes[at + 1]]
  const isVr = first >= 0x41 && first <= 0x5a && second >= 0x41 && second <= 0x5a
  return isVr ? String.fromCharCode(first, second) : ''
}

/** Refuses, or asks for more, when the bytes end before `end`. */
export function needs({ bytes, complete, name }: Region, end: number): void {
  if (end <= bytes.length) return
  if (!complete) throw new MoreBytesNeeded()
  const found = `${bytes.length} bytes`
  refuse(name, { code: 'truncated', expected: `at least ${end} bytes as an element claims`, found })
}

/** One past a value of undefined length, its delimiter included. */
export function endOfUndefined(region: Region, start: number, depth = 0): number {
  if (depth > DEEPEST) {
    refuse(region.name, { code: 'bad-dicom', expected: `at most ${DEEPEST} nested sequences`, found: 'more' })
  }
  for (let at = start; ;) {
    needs(region, at + 8)
    const tag = tagAt(region, at)
    const length = region.view.getUint32(at + 4, region.littleEndian)
    if (tag === TAG.SequenceDelimitation) return at + 8
    if (tag !== TAG.Item) refuseItem(region, at)
    if (length === UNDEFINED_LENGTH) at = endOfItem(region, at + 8, depth + 1)
    else needs(region, (at += 8 + length))
  }
}

/** One past an item of undefined length, its delimiter included. */
export function endOfItem(region: Region, start: number, depth = 0): number {
  for (let at = start; ;) {
    const element = elementAt(region, at)
    if (element.tag === TAG.ItemDelimitation) return element.start
    at = element.end < 0 ? endOfUndefined(valueRegion(region, element), element.start, depth) : element.end
  }
}

/** A value of VR UN and undefined length is an implicit little-endian sequence (PS3.5, 6.2.2). */
export function valueRegion(region: Region, { vr, end }: Element): Region {
  return vr === 'UN' && end < 0 ? { ...region, explicit: false, littleEndian: true } : region
}

export function refuseItem(region: Region, at: number): never {
  const found = `${tagName(tagAt(region, at))} at byte ${at}`
  return refuse(region.name, { code: 'bad-dicom', expected: 'an item or a sequence delimiter', found })
}
