/**
 * The marker segments of a JPEG or JPEG-LS stream (ISO/IEC 10918-1 B.1, 14495-1 C): what a decoder must know before it
 * is trusted with the rest, above all the size it will allocate.
 *
 * @module
 */
import type { FrameFormat } from './frame-format.ts'
import { refuse } from './refuse.ts'

/** One component of a frame header. */
export interface JpegComponent {
  readonly id: number
  readonly sampling: number
}

/** The frame header of a JPEG stream, and where its parts lie. */
export interface JpegHead {
  /** Low byte of the SOF marker: 0xC0 baseline ... 0xC3 lossless, 0xF7 JPEG-LS. */
  readonly process: number
  readonly precision: number
  readonly height: number
  readonly width: number
  readonly components: readonly JpegComponent[]
  /** Adobe's colour transform (APP14), or undefined. */
  readonly adobeTransform?: number
  readonly hasJfif: boolean
}

/** One marker segment: the marker's low byte, and its content. */
export interface Segment {
  readonly marker: number
  readonly start: number
  readonly end: number
}

const SOS = 0xda
const EOI = 0xd9

/** Segments up to and including the first scan header. @throws MedicalImageError (bad-dicom, truncated) */
export function* segmentsOf(bytes: Uint8Array, name: string): Generator<Segment> {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8)
    refuse(name, { code: 'bad-dicom', expected: 'a JPEG stream', found: 'other bytes' })
  for (let at = 2; ;) {
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++
    if (at + 4 > bytes.length)
      refuse(name, { code: 'truncated', expected: 'a JPEG scan', found: `${bytes.length} bytes` })
    if (bytes[at] !== 0xff)
      refuse(name, { code: 'bad-dicom', expected: 'a JPEG marker', found: `0x${bytes[at].toString(16)}` })
    const marker = bytes[at + 1]
    const end = at + 2 + ((bytes[at + 2] << 8) | bytes[at + 3])
    if (marker === EOI || end < at + 4 || end > bytes.length) {
      refuse(name, { code: 'truncated', expected: 'a whole JPEG segment', found: `${bytes.length} bytes` })
    }
    yield { marker, start: at + 4, end }
    if (marker === SOS) return
    at = end
  }
}

/** The frame header, checked against what DICOM promises. @throws MedicalImageError (bad-dicom, truncated, unsupported) */
export function readJpegHead(bytes: Uint8Array, format: FrameFormat): JpegHead {
  let head: JpegHead | undefined
  let adobeTransform: number | undefined
  let hasJfif = false
  for (const { marker, start, end } of segmentsOf(bytes, format.name)) {
    if (marker === 0xe0) hasJfif ||= bytes[start] === 0x4a && bytes[start + 1] === 0x46
    if (marker === 0xee && bytes[start] === 0x41 && end - start >= 12) adobeTransform = bytes[start + 11]
    if (isFrameHeader(marker) && end - start >= 6) head = { ...frameHeader(bytes, marker, start), hasJfif }
  }
  if (!head) return refuse(format.name, { code: 'bad-dicom', expected: 'a JPEG frame header', found: 'none' })
  checkSize(head, format)
  return adobeTransform === undefined ? { ...head, hasJfif } : { ...head, hasJfif, adobeTransform }
}

function isFrameHeader(marker: number): boolean {
  const arithmeticTable = marker === 0xcc || marker === 0xc4 || marker === 0xc8
  return marker === 0xf7 || (marker >= 0xc0 && marker <= 0xcf && !arithmeticTable)
}

function frameHeader(bytes: Uint8Array, process: number, start: number): Omit<JpegHead, 'hasJfif'> {
  const word = (at: number) => (bytes[at] << 8) | bytes[at + 1]
  const count = bytes[start + 5]
  const components = Array.from({ length: count }, (_, i) => {
    const at = start + 6 + 3 * i
    return { id: bytes[at], sampling: bytes[at + 1] }
  })
  return { process, precision: bytes[start], height: word(start + 1), width: word(start + 3), components }
}

function checkSize({ width, height, components }: JpegHead, { columns, rows, samples, name }: FrameFormat): void {
  if (width === columns && height === rows && components.length === samples) return
  const expected = `${columns} x ${rows} pixels of ${samples}`
  refuse(name, {
    code: 'bad-dicom',
    expected,
    found: `${width} x ${height} of ${components.length} in the JPEG stream`,
  })
}
