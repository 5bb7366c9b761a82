/**
 * Pixels to PNG (RFC 2083), just what phantoms need: 8 bits, grey or colour, no filter, one IDAT chunk.
 *
 * @module
 */
import { crc32, deflateSync } from 'node:zlib'

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)

/** The file's bytes of a square picture; `data` holds row after row, the channels of a pixel side by side. */
export function encodePng(
  data: Uint8Array,
  { side, channels }: { readonly side: number; readonly channels: 1 | 3 },
): Uint8Array {
  const stride = side * channels
  if (data.length !== side * stride) {
    throw new RangeError(`encodePng: expected ${side * stride} values, got ${data.length}`)
  }
  const rows = new Uint8Array(side * (stride + 1))
  // Each row begins with its filter, 0 for none.
  for (let y = 0; y < side; y++) rows.set(data.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1)
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, side)
  view.setUint32(4, side)
  header.set([8, channels === 3 ? 2 : 0, 0, 0, 0], 8)
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', new Uint8Array(0)),
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
