/**
 * What the segments before a JPEG scan set up, gathered for the decoders here.
 *
 * @module
 */
import type { FrameFormat } from './frame-format.ts'
import { readHuffmanTables, type HuffmanTable } from './jpeg-huffman.ts'
import { segmentsOf } from './jpeg-markers.ts'
import { refuse } from './refuse.ts'

/** Tables and settings of the first scan. */
export interface JpegScan {
  /** Offset of the entropy-coded bytes. */
  readonly start: number
  readonly tables: ReadonlyMap<number, HuffmanTable>
  /** Quantisation steps by table number, in zigzag order. */
  readonly quantisation: ReadonlyMap<number, Uint16Array>
  /** MCUs between restart markers; 0 for none. */
  readonly restartInterval: number
  /** Per component of the scan, its DC and AC table numbers. */
  readonly components: readonly { readonly dc: number; readonly ac: number }[]
  /** Lossless: the predictor. */
  readonly predictor: number
  /** Lossless: bits cut off. */
  readonly pointTransform: number
}

/** The first scan's set-up. @throws MedicalImageError (bad-dicom, truncated) */
export function readScan(bytes: Uint8Array, { name }: FrameFormat): JpegScan {
  const tables = new Map<number, HuffmanTable>()
  const quantisation = new Map<number, Uint16Array>()
  let restartInterval = 0
  for (const { marker, start, end } of segmentsOf(bytes, name)) {
    const content = bytes.subarray(start, end)
    if (marker === 0xc4) readHuffmanTables(content, tables, name)
    if (marker === 0xdb) readQuantisation(content, quantisation)
    if (marker === 0xdd) restartInterval = (content[0] << 8) | content[1]
    if (marker === 0xda) return { start: end, tables, quantisation, restartInterval, ...scanHeader(content, name) }
  }
  return refuse(name, { code: 'bad-dicom', expected: 'a JPEG scan', found: 'none' })
}

function readQuantisation(content: Uint8Array, tables: Map<number, Uint16Array>): void {
  for (let at = 0; at < content.length;) {
    const wide = content[at] >>> 4 !== 0
    const start = at + 1
    const step = (i: number) => (wide ? (content[start + 2 * i] << 8) | content[start + 2 * i + 1] : content[start + i])
    tables.set(
      content[at] & 15,
      Uint16Array.from({ length: 64 }, (_, i) => step(i)),
    )
    at = start + (wide ? 128 : 64)
  }
}

function scanHeader(content: Uint8Array, name: string): Pick<JpegScan, 'components' | 'predictor' | 'pointTransform'> {
  const count = content[0]
  if (content.length < 4 + 2 * count)
    refuse(name, { code: 'truncated', expected: 'a JPEG scan header', found: 'fewer bytes' })
  const components = Array.from({ length: count }, (_, i) => {
    const tables = content[2 + 2 * i]
    return { dc: tables >>> 4, ac: tables & 15 }
  })
  return { components, predictor: content[1 + 2 * count], pointTransform: content[3 + 2 * count] & 15 }
}

/** A Huffman table of the scan. @throws MedicalImageError (bad-dicom) */
export function tableOf({ tables }: JpegScan, key: number, name: string): HuffmanTable {
  return tables.get(key) ?? refuse(name, { code: 'bad-dicom', expected: `Huffman table ${key}`, found: 'none' })
}
