/**
 * 12-bit grey sequential JPEG (ISO/IEC 10918-1, process 4; JPEG Extended in DICOM), which libjpeg builds for 8 bits do
 * not read.
 *
 * The inverse transform is the integer one of Loeffler, Ligtenberg and Moschytz (1989) with 13-bit constants and the
 * roundings of libjpeg's accurate integer method, so that values agree with a 12-bit libjpeg.
 *
 * @module
 */
import type { FrameFormat, Samples } from './frame-format.ts'
import { ScanBits, type HuffmanTable } from './jpeg-huffman.ts'
import type { JpegHead } from './jpeg-markers.ts'
import { readScan, tableOf } from './jpeg-scan.ts'
import { refuse } from './refuse.ts'

/** Natural position of the zigzag-ordered coefficients. */
const ZIGZAG = Uint8Array.of(
  ...[
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21,
    28,
  ],
  ...[
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47,
    55, 62, 63,
  ],
)
const MOST = 4095
const MIDDLE = 2048

/** Samples of a 12-bit grey JPEG frame. @throws MedicalImageError (bad-dicom, truncated, unsupported) */
export function decodeDct12(bytes: Uint8Array, head: JpegHead, format: FrameFormat): Samples {
  const { name } = format
  if (head.components.length !== 1) {
    refuse(name, {
      code: 'unsupported',
      expected: 'grey in a 12-bit JPEG',
      found: `${head.components.length} components`,
    })
  }
  const scan = readScan(bytes, format)
  const [quantisation] = scan.quantisation.values()
  if (!quantisation || !scan.components[0])
    refuse(name, { code: 'bad-dicom', expected: 'a quantisation table', found: 'none' })
  const { dc, ac } = scan.components[0]
  const coder = {
    dc: tableOf(scan, dc, name),
    ac: tableOf(scan, 16 | ac, name),
    quantisation,
    block: new Int32Array(64),
  }
  const values = new Uint16Array(format.pixels)
  decodeBlocks({
    values,
    head,
    coder,
    bits: new ScanBits(bytes, scan.start, name),
    restartInterval: scan.restartInterval,
  })
  return { data: new Uint8Array(values.buffer), width: 2, planar: false }
}

interface Coder {
  readonly dc: HuffmanTable
  readonly ac: HuffmanTable
  readonly quantisation: Uint16Array
  readonly block: Int32Array
}

interface Scan {
  readonly values: Uint16Array
  readonly head: JpegHead
  readonly coder: Coder
  readonly bits: ScanBits
  readonly restartInterval: number
}

function decodeBlocks({ values, head, coder, bits, restartInterval }: Scan): void {
  const across = Math.ceil(head.width / 8)
  const count = across * Math.ceil(head.height / 8)
  let previous = 0
  for (let index = 0; index < count; index++) {
    if (restartInterval > 0 && index > 0 && index % restartInterval === 0) {
      bits.restart()
      previous = 0
    }
    previous = readBlock(bits, coder, previous)
    inverseTransform(coder.block)
    writeBlock(coder.block, { values, head, row: Math.floor(index / across) * 8, column: (index % across) * 8 })
  }
}

/** Dequantised coefficients into `block`; returns the DC value for the next one. */
function readBlock(bits: ScanBits, { dc, ac, quantisation, block }: Coder, previous: number): number {
  block.fill(0)
  const value = previous + bits.difference(bits.symbol(dc) & 15)
  block[0] = Math.imul(value, quantisation[0])
  for (let k = 1; k < 64; k++) {
    const symbol = bits.symbol(ac)
    const size = symbol & 15
    if (size === 0 && symbol !== 0xf0) break
    k += symbol >>> 4
    if (size > 0 && k < 64) block[ZIGZAG[k]] = Math.imul(bits.difference(size), quantisation[k])
  }
  return value
}

/** Columns, then rows; one extra bit is kept between the passes (two would overflow 32 bits for 12-bit samples). */
function inverseTransform(block: Int32Array): void {
  for (let column = 0; column < 8; column++) transformEight(block, { at: column, step: 8, shift: 12 })
  for (let row = 0; row < 8; row++) transformEight(block, { at: 8 * row, step: 1, shift: 17 })
}

function transformEight(v: Int32Array, { at, step, shift }: { at: number; step: number; shift: number }): void {
  const [i1, i2, i3, i4] = [at + step, at + 2 * step, at + 3 * step, at + 4 * step]
  const [i5, i6, i7] = [at + 5 * step, at + 6 * step, at + 7 * step]
  const half = (v[i2] + v[i6]) * 4433
  const [e2, e3] = [half - v[i6] * 15137, half + v[i2] * 6270]
  const [e0, e1] = [(v[at] + v[i4]) * 8192, (v[at] - v[i4]) * 8192]
  const all = (v[i7] + v[i3] + v[i5] + v[i1]) * 9633
  const z1 = (v[i7] + v[i1]) * -7373
  const z2 = (v[i5] + v[i3]) * -20995
  const z3 = (v[i7] + v[i3]) * -16069 + all
  const z4 = (v[i5] + v[i1]) * -3196 + all
  const [o0, o1] = [v[i7] * 2446 + z1 + z3, v[i5] * 16819 + z2 + z4]
  const [o2, o3] = [v[i3] * 25172 + z2 + z3, v[i1] * 12299 + z1 + z4]
  const round = 1 << (shift - 1)
  v[at] = (e0 + e3 + o3 + round) >> shift
  v[i7] = (e0 + e3 - o3 + round) >> shift
  v[i1] = (e1 + e2 + o2 + round) >> shift
  v[i6] = (e1 + e2 - o2 + round) >> shift
  v[i2] = (e1 - e2 + o1 + round) >> shift
  v[i5] = (e1 - e2 - o1 + round) >> shift
  v[i3] = (e0 - e3 + o0 + round) >> shift
  v[i4] = (e0 - e3 - o0 + round) >> shift
}

interface Place {
  readonly values: Uint16Array
  readonly head: JpegHead
  readonly row: number
  readonly column: number
}

function writeBlock(block: Int32Array, { values, head: { width, height }, row, column }: Place): void {
  const rows = Math.min(8, height - row)
  const columns = Math.min(8, width - column)
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const value = block[8 * y + x] + MIDDLE
      values[(row + y) * width + column + x] = value < 0 ? 0 : value > MOST ? MOST : value
    }
  }
}
