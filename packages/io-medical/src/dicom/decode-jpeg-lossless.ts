/**
 * Lossless JPEG (ISO/IEC 10918-1, annex H; processes 14 and 14 SV1 in DICOM): Huffman-coded differences to one of
 * seven predictors, 2 to 16 bits, one scan.
 *
 * @module
 */
import type { FrameFormat, Samples } from './frame-format.ts'
import { ScanBits, type HuffmanTable } from './jpeg-huffman.ts'
import type { JpegHead } from './jpeg-markers.ts'
import { readScan, tableOf, type JpegScan } from './jpeg-scan.ts'
import { refuse } from './refuse.ts'

/** Samples of a lossless JPEG frame. @throws MedicalImageError (bad-dicom, truncated, unsupported) */
export function decodeJpegLossless(bytes: Uint8Array, head: JpegHead, format: FrameFormat): Samples {
  const scan = readScan(bytes, format)
  checkScan(head, scan, format.name)
  const tables = scan.components.map(({ dc }) => tableOf(scan, dc, format.name))
  const values = valuesFor(format, tables.length)
  const bits = new ScanBits(bytes, scan.start, format.name)
  const state = { values, bits, tables, scan, head }
  decodeRows(state)
  if (scan.pointTransform > 0) for (let i = 0; i < values.length; i++) values[i] <<= scan.pointTransform
  if (head.precision <= 8) return { data: Uint8Array.from(values), width: 1, planar: false }
  return { data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength), width: 2, planar: false }
}

/** In the volume where it has room for 16-bit samples. */
function valuesFor({ pixels, into }: FrameFormat, components: number): Uint16Array {
  const length = pixels * components
  const fits = into?.length === 2 * length && into.byteOffset % 2 === 0
  return fits ? new Uint16Array(into.buffer, into.byteOffset, length) : new Uint16Array(length)
}

interface State {
  readonly values: Uint16Array
  readonly bits: ScanBits
  readonly tables: readonly HuffmanTable[]
  readonly scan: JpegScan
  readonly head: JpegHead
}

function checkScan({ components, precision, width }: JpegHead, scan: JpegScan, name: string): void {
  const brokenRows = scan.restartInterval % width !== 0
  const subsampled = components.some(({ sampling }) => sampling !== components[0].sampling)
  if (scan.components.length !== components.length || subsampled || brokenRows) {
    refuse(name, {
      code: 'unsupported',
      expected: 'one scan of equally sampled components',
      found: 'another lossless JPEG',
    })
  }
  if (scan.predictor < 1 || scan.predictor > 7 || precision < 2 || precision > 16 || scan.pointTransform >= precision) {
    const found = `predictor ${scan.predictor}, ${precision} bits, point transform ${scan.pointTransform}`
    refuse(name, { code: 'bad-dicom', expected: 'predictor 1 to 7 and 2 to 16 bits', found })
  }
}

/** A restart interval is a whole number of rows (H.1.1); the row after a restart is predicted like the first. */
function decodeRows(state: State): void {
  const { head, scan, bits, tables } = state
  const rowsPerRestart = scan.restartInterval / head.width || Infinity
  for (let row = 0; row < head.height; row++) {
    const firstRow = row === 0 || row % rowsPerRestart === 0
    if (firstRow && row > 0) bits.restart()
    const run = { row, column: 0, end: head.width, firstRow, component: 0 }
    if (tables.length === 1) decodeRun(state, run)
    else decodeInterleaved(state, run)
  }
}

interface Run {
  readonly row: number
  readonly column: number
  readonly end: number
  readonly firstRow: boolean
  readonly component: number
}

/** Pixels whose components follow one another in the scan. */
function decodeInterleaved(state: State, { row, column, end, firstRow }: Run): void {
  for (let at = column; at < end; at++) {
    for (let component = 0; component < state.tables.length; component++) {
      decodeRun(state, { row, column: at, end: at + 1, firstRow, component })
    }
  }
}

/** Consecutive samples of one component in one row. */
function decodeRun({ values, bits, tables, scan, head }: State, { row, column, end, firstRow, component }: Run): void {
  const step = tables.length
  const line = head.width * step
  const table = tables[component]
  const { predictor } = scan
  const middle = 1 << (head.precision - scan.pointTransform - 1)
  let at = row * line + column * step + component
  for (let x = column; x < end; x++, at += step) {
    let predicted: number
    if (firstRow) predicted = x === 0 ? middle : values[at - step]
    else if (x === 0) predicted = values[at - line]
    else if (predictor === 1) predicted = values[at - step]
    else predicted = predict(predictor, values[at - step], values[at - line], values[at - line - step])
    const category = bits.symbol(table)
    values[at] = predicted + (category < 16 ? bits.difference(category) : 32768)
  }
}

/** H.1.2.1: from the sample to the left (a), above (b), and above left (c). */
function predict(...[predictor, a, b, c]: [predictor: number, a: number, b: number, c: number]): number {
  if (predictor === 2) return b
  if (predictor === 3) return c
  if (predictor === 4) return a + b - c
  if (predictor === 5) return a + ((b - c) >> 1)
  if (predictor === 6) return b + ((a - c) >> 1)
  return (a + b) >> 1
}
