/**
 * A DICOM file (PS3.10): preamble, file meta information, data set up to its pixels.
 *
 * Files without preamble or without meta information are read when they begin like a data set, as pydicom does when
 * forced: group 0002 or 0008 in either byte order, a plausible length, the VR telling implicit from explicit.
 *
 * @module
 */
import { constants, inflateRawSync } from 'node:zlib'
import { Dataset, readTopLevel } from './dataset.ts'
import { elementAt, MoreBytesNeeded, tagAt, vrAt, type Element, type Region } from './element-walk.ts'
import { refuse } from './refuse.ts'
import { TAG } from './tags.ts'
import { DEFLATED, EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE } from './transfer-syntax.ts'

/** A file's header, and where its pixels lie. */
export interface ParsedFile {
  readonly dataset: Dataset
  readonly transferSyntax: string
  readonly pixels: Element | null
  /** The bytes the places refer to: the inflated ones of a deflated file. */
  readonly bytes: Uint8Array
}

const PREAMBLE = 128
/** Deflate packs at most this many bytes into one (zlib's technical notes). */
const MOST_EXPANSION = 1032
const MOST_INFLATED = 1 << 30

/** Whether bytes begin as a DICOM file does; give 132 of them or more. Never throws. */
export function isDicom(head: Uint8Array): boolean {
  return hasPreamble(head) || bareStart(head) !== null
}

function hasPreamble(bytes: Uint8Array): boolean {
  return bytes.length >= 132 && bytes[128] === 0x44 && bytes[129] === 0x49 && bytes[130] === 0x43 && bytes[131] === 0x4d
}

/** How a data set without preamble is written, or null when the bytes do not look like one. */
function bareStart(bytes: Uint8Array): { littleEndian: boolean; explicit: boolean } | null {
  if (bytes.length < 8) return null
  const littleEndian = bytes[1] === 0
  const [group, element] = littleEndian
    ? [bytes[0], bytes[2] | (bytes[3] << 8)]
    : [bytes[1], (bytes[2] << 8) | bytes[3]]
  if ((bytes[0] !== 0 && bytes[1] !== 0) || (group !== 2 && group !== 8) || element > 0x70) return null
  if (vrAt(bytes, 4) !== '') return { littleEndian, explicit: true }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return view.getUint32(4, littleEndian) <= 1024 && group === 8 ? { littleEndian, explicit: false } : null
}

/**
 * Header of a DICOM file.
 *
 * @param complete false when `bytes` are only the beginning of the file
 * @throws MedicalImageError (not-dicom, bad-dicom, truncated); MoreBytesNeeded when the beginning is too short
 */
export function parseFile(
  bytes: Uint8Array,
  { name, complete = true }: { name: string; complete?: boolean },
): ParsedFile {
  if (!complete && bytes.length < PREAMBLE + 4) throw new MoreBytesNeeded()
  const start = hasPreamble(bytes) ? PREAMBLE + 4 : 0
  if (start === 0 && bareStart(bytes) === null) {
    const found = bytes.length < PREAMBLE + 4 ? `${bytes.length} bytes` : 'other bytes'
    refuse(name, { code: 'not-dicom', expected: '"DICM" at byte 128, or a bare data set', found })
  }
  const region = regionOf(bytes, { name, complete })
  const meta = readMeta({ ...region, explicit: true, littleEndian: true }, start)
  const syntax = meta.transferSyntax === '' ? guessed(bytes, meta.end) : meta.transferSyntax
  if (syntax === DEFLATED) return parseDeflated(bytes.subarray(meta.end), { name, complete })
  return parseBody(
    { ...region, littleEndian: syntax !== EXPLICIT_BIG, explicit: syntax !== IMPLICIT_LITTLE },
    meta.end,
    syntax,
  )
}

function regionOf(bytes: Uint8Array, { name, complete }: { name: string; complete: boolean }): Region {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return { bytes, view, littleEndian: true, explicit: true, complete, name }
}

/** Group 0002 is always explicit little endian; its length element is not trusted. */
function readMeta(region: Region, start: number): { transferSyntax: string; end: number } {
  const elements = new Map<number, Element>()
  let at = start
  while (at + 8 <= region.bytes.length && tagAt(region, at) >>> 16 === 2) {
    const element = elementAt(region, at)
    if (element.end < 0)
      refuse(region.name, { code: 'bad-dicom', expected: 'lengths in the file meta information', found: 'none' })
    elements.set(element.tag, element)
    at = element.end
  }
  return { transferSyntax: new Dataset(region, elements).text(TAG.TransferSyntaxUID), end: at }
}

function guessed(bytes: Uint8Array, at: number): string {
  if (bytes[at] === 0 && bytes[at + 1] !== 0) return EXPLICIT_BIG
  return vrAt(bytes, at + 4) === '' ? IMPLICIT_LITTLE : EXPLICIT_LITTLE
}

function parseBody(region: Region, start: number, transferSyntax: string): ParsedFile {
  const enough = start + 8 <= region.bytes.length
  if (!enough && !region.complete) throw new MoreBytesNeeded()
  // Some writers say explicit and write implicit, or the other way round: the first element tells.
  const explicit = enough ? vrAt(region.bytes, start + 4) !== '' : region.explicit
  const { dataset, pixels } = readTopLevel({ ...region, explicit }, start)
  return { dataset, transferSyntax, pixels, bytes: region.bytes }
}

function parseDeflated(deflated: Uint8Array, { name, complete }: { name: string; complete: boolean }): ParsedFile {
  if (!complete) throw new MoreBytesNeeded()
  const most = Math.min(MOST_INFLATED, deflated.length * MOST_EXPANSION + 64)
  const bytes = inflated(deflated, most, name)
  return parseBody(regionOf(bytes, { name, complete: true }), 0, DEFLATED)
}

function inflated(deflated: Uint8Array, maxOutputLength: number, name: string): Uint8Array {
  try {
    return inflateRawSync(deflated, { maxOutputLength, finishFlush: constants.Z_SYNC_FLUSH })
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause)
    return refuse(name, { code: 'bad-dicom', expected: 'a readable deflated data set', found }, cause)
  }
}
