/**
 * Pixels to PNG (RFC 2083), just what phantoms and tests need: grey, colour or colour with alpha, no filter, one chunk.
 *
 * @module
 */
import { crc32, deflateSync } from 'node:zlib'

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
const COLOUR_TYPES = { 1: 0, 3: 2, 4: 6 } as const

/** Size of a picture and values of a pixel. */
export interface PngLayout {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3 | 4
}

/**
 * The file's bytes; `data` holds row after row, the channels of a pixel side by side, 8 or 16 bits by its type.
 *
 * @throws RangeError when the data do not fit the layout
 */
export function encodePng(data: Uint8Array | Uint16Array, { width, height, channels }: PngLayout): Uint8Array {
  const perRow = width * channels
  if (data.length !== height * perRow) {
    throw new RangeError(`encodePng: expected ${height * perRow} values, got ${data.length}`)
  }
  const bytes = data.BYTES_PER_ELEMENT
  const rows = Buffer.alloc(height * (perRow * bytes + 1))
  data.forEach((value, i) => {
    // Each row begins with its filter, 0 for none.
    const at = i * bytes + Math.floor(i / perRow) + 1
    if (bytes === 2) rows.writeUInt16BE(value, at)
    else rows[at] = value
  })
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8 * bytes, COLOUR_TYPES[channels]], 8)
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', header.subarray(13)),
  ])
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const whole = Buffer.alloc(body.length + 8)
  whole.writeUInt32BE(data.length, 0)
  whole.set(body, 4)
  whole.writeUInt32BE(crc32(body), body.length + 4)
  return whole
}
