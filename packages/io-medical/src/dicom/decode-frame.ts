/**
 * The samples of one frame, whatever the transfer syntax.
 *
 * Before anything is allocated, the bytes that are there are compared with what the header claims: uncompressed pixels
 * must all be there, and no codec is believed to pack better than 2048 : 1 (RLE reaches 64 : 1).
 *
 * @module
 */
import { expand422, ybrToRgb } from './colour.ts'
import { decodeJpeg } from './decode-jpeg.ts'
import { decodeRle } from './decode-rle.ts'
import { decodeWasm } from './decode-wasm.ts'
import type { DicomHeader } from './dicom-header.ts'
import type { FrameFormat, Samples } from './frame-format.ts'
import { refuse } from './refuse.ts'
import { transferSyntax, type PixelCodec } from './transfer-syntax.ts'

const MOST_PACKED = 2048
const SLACK = 1 << 20

/** Bits of one frame's pixels as stored without compression. */
export function frameBits(header: DicomHeader): number {
  const { rows, columns, samples, bitsAllocated, photometric } = header
  const perPixel = photometric === 'YBR_FULL_422' && isNative(header) ? 2 : samples
  return rows * columns * perPixel * bitsAllocated
}

/** Whether the pixels are stored without compression. */
export function isNative({ transferSyntax: uid }: DicomHeader): boolean {
  return transferSyntax(uid, '').codec === 'native'
}

/** @throws MedicalImageError (truncated) when `stored` bytes cannot hold the header's pixels */
export function checkClaim(header: DicomHeader, stored: number, name: string): void {
  const { frames, rows, columns } = header
  const claimed = Math.ceil((frameBits(header) * frames) / 8)
  const most = isNative(header) ? stored : stored * MOST_PACKED + SLACK
  if (claimed <= most && frames <= stored * 8) return
  const expected = `${frames} frames of ${rows} x ${columns}, ${claimed} bytes`
  refuse(name, { code: 'truncated', expected, found: `${Math.max(0, stored)} bytes of pixel data` })
}

/** The format the decoders are told. */
export function formatOf(header: DicomHeader, name: string): FrameFormat {
  const { rows, columns, samples, bitsAllocated, bitsStored, photometric, signed } = header
  return { rows, columns, pixels: rows * columns, samples, bitsAllocated, bitsStored, photometric, signed, name }
}

/** Samples of a compressed frame; colours as RGB. @throws MedicalImageError */
export async function decodeCompressed(bytes: Uint8Array, codec: PixelCodec, format: FrameFormat): Promise<Samples> {
  const samples = await decoded(bytes, codec, format)
  if (!samples.isRgb && format.photometric.startsWith('YBR_FULL')) ybrToRgb(samples, format.pixels)
  return samples
}

async function decoded(bytes: Uint8Array, codec: PixelCodec, format: FrameFormat): Promise<Samples> {
  if (codec === 'rle') return decodeRle(bytes, format)
  if (codec === 'jpeg') return decodeJpeg(bytes, format)
  if (codec === 'native') throw new TypeError('decodeCompressed: expected a compressed frame, got a native one')
  return decodeWasm(bytes, codec, format)
}

/** Samples of an uncompressed frame in the machine's byte order; `bytes` may be changed. */
export function nativeSamples(
  bytes: Uint8Array,
  { littleEndian, wordBytes }: { littleEndian: boolean; wordBytes: boolean },
  header: DicomHeader,
): Samples {
  const { bitsAllocated, photometric, planar, rows, columns } = header
  const width = Math.max(1, bitsAllocated >>> 3) as Samples['width']
  if (!littleEndian) swapWords(bytes, width === 1 && wordBytes ? 2 : width)
  const pixels = rows * columns
  const data = photometric === 'YBR_FULL_422' ? expand422(bytes, pixels) : bytes
  const samples = { data, width, planar: planar && photometric !== 'YBR_FULL_422' }
  if (photometric.startsWith('YBR_FULL')) ybrToRgb(samples, pixels)
  return samples
}

/** In place; 8-bit pixels written as 16-bit words are swapped pairwise. */
export function swapWords(bytes: Uint8Array, width: number): void {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length - (bytes.length % width))
  if (width === 2) whole.swap16()
  if (width === 4) whole.swap32()
  if (width === 8) whole.swap64()
}

/** Bits packed eight to a byte, lowest first (PS3.5, 8.1.1 and annex D), from bit `start` on. */
export function unpackBits(
  bytes: Uint8Array,
  start: number,
  target: { [index: number]: number; readonly length: number },
): void {
  for (let i = 0, bit = start; i < target.length; i++, bit++) target[i] = (bytes[bit >>> 3] >>> (bit & 7)) & 1
}
