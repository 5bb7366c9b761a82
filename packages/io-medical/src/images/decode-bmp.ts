/**
 * BMP pictures: 1, 4 and 8 bits with a palette, 24 and 32 bits of colour; rows bottom up or top down; no compression.
 *
 * Layout: Microsoft's bitmap storage (BITMAPFILEHEADER, BITMAPINFOHEADER and its longer successors). A palette is decoded
 * to colours, and to grey when all its colours are grey. The fourth byte of 32-bit pixels is not looked at: without
 * bit fields it is padding. The libraries that were tried read fewer kinds or trust the header (see docs/decisions).
 *
 * @module
 */
import { MedicalImageError } from '../errors.ts'
import type { NamedBytes } from '../case.ts'
import type { Image2d } from './image-2d.ts'

const DEPTHS = [1, 4, 8, 24, 32]
const COMPRESSIONS = ['none', 'RLE8', 'RLE4', 'bit fields', 'JPEG', 'PNG', 'alpha bit fields']

interface Layout {
  readonly width: number
  readonly height: number
  readonly topDown: boolean
  readonly depth: number
  /** Byte at which the pixels begin. */
  readonly offset: number
  /** Bytes of one row, padded to a multiple of four. */
  readonly stride: number
}

/**
 * The pixels of a BMP file's bytes.
 *
 * @throws MedicalImageError (bad-image, unsupported)
 */
export function decodeBmp({ name, bytes }: NamedBytes): Image2d {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 54) throw refused(name, { expected: 'a BMP header of 54 bytes', found: `${bytes.length} bytes` })
  const layout = layoutOf(view, name)
  const needed = layout.offset + layout.stride * layout.height
  if (layout.offset < 14 + view.getUint32(14, true)) {
    throw refused(name, { expected: 'pixels after the header', found: `pixels at byte ${layout.offset}` })
  }
  if (bytes.length < needed) throw refused(name, { expected: `${needed} bytes`, found: `${bytes.length}` })
  return layout.depth <= 8 ? fromPalette(view, layout, name) : fromColours(bytes, layout)
}

function layoutOf(view: DataView, name: string): Layout {
  const headerSize = view.getUint32(14, true)
  const [width, rows] = [view.getInt32(18, true), view.getInt32(22, true)]
  const [depth, compression] = [view.getUint16(28, true), view.getUint32(30, true)]
  const kind = COMPRESSIONS[compression] ?? `compression ${compression}`
  if (headerSize < 40) throw unsupported(name, `a header of ${headerSize} bytes`)
  if (compression !== 0) throw unsupported(name, kind)
  if (!DEPTHS.includes(depth)) throw unsupported(name, `${depth} bits`)
  if (width < 1 || rows === 0) {
    throw refused(name, { expected: 'a size of at least 1 x 1 pixels', found: `${width} x ${Math.abs(rows)}` })
  }
  const stride = Math.ceil((width * depth) / 32) * 4
  return { width, height: Math.abs(rows), topDown: rows < 0, depth, offset: view.getUint32(10, true), stride }
}

/** Byte at which row `y`, counted from the top, begins. */
function rowStart({ offset, stride, height, topDown }: Layout, y: number): number {
  return offset + stride * (topDown ? y : height - 1 - y)
}

function fromColours(bytes: Uint8Array, layout: Layout): Image2d {
  const { width, height, depth } = layout
  const step = depth / 8
  const data = new Uint8Array(width * height * 3)
  let to = 0
  for (let y = 0; y < height; y++) {
    let from = rowStart(layout, y)
    for (let x = 0; x < width; x++, from += step) {
      data[to++] = bytes[from + 2]
      data[to++] = bytes[from + 1]
      data[to++] = bytes[from]
    }
  }
  return { data, height, width, channels: 3 }
}

function fromPalette(view: DataView, layout: Layout, name: string): Image2d {
  const { width, height, depth } = layout
  const palette = paletteOf(view, layout, name)
  const channels = palette.every(([red, green, blue]) => red === green && green === blue) ? 1 : 3
  const data = new Uint8Array(width * height * channels)
  const mask = (1 << depth) - 1
  let to = 0
  for (let y = 0; y < height; y++) {
    const start = rowStart(layout, y)
    for (let x = 0; x < width; x++) {
      const bit = x * depth
      const index = (view.getUint8(start + (bit >> 3)) >> (8 - depth - (bit & 7))) & mask
      const colour = palette[index]
      if (!colour) throw refused(name, { expected: `palette indices below ${palette.length}`, found: `${index}` })
      for (let channel = 0; channel < channels; channel++) data[to++] = colour[channel]
    }
  }
  return { data, height, width, channels }
}

function paletteOf(view: DataView, { depth, offset }: Layout, name: string): number[][] {
  const start = 14 + view.getUint32(14, true)
  const size = view.getUint32(46, true) || 1 << depth
  const end = start + 4 * size
  if (end > offset || end > view.byteLength) {
    throw refused(name, { expected: `a palette of ${size} colours before the pixels`, found: `pixels at ${offset}` })
  }
  return Array.from({ length: size }, (_, i) => [2, 1, 0].map((byte) => view.getUint8(start + 4 * i + byte)))
}

function refused(file: string, { expected, found }: { expected: string; found: string }): MedicalImageError {
  return new MedicalImageError('readImage2d', { code: 'bad-image', file, expected, found })
}

function unsupported(file: string, found: string): MedicalImageError {
  const expected = `an uncompressed BMP of ${DEPTHS.join(', ')} bits`
  return new MedicalImageError('readImage2d', { code: 'unsupported', file, expected, found })
}
