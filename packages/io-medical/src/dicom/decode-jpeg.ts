/**
 * JPEG in DICOM: 8-bit DCT processes through sharp (libjpeg-turbo), 12-bit and lossless ones through the decoders
 * here; which it is says the stream, not the transfer syntax.
 *
 * Colours: an Adobe marker decides, then JFIF (always YCbCr), then (0028,0004): RGB means no transform. libjpeg
 * guesses otherwise for streams with neither marker, so an Adobe marker saying the same is put in front of them.
 *
 * @module
 */
import type { FrameFormat, Samples } from './frame-format.ts'
import { decodeDct12 } from './decode-jpeg-12.ts'
import { decodeJpegLossless } from './decode-jpeg-lossless.ts'
import { readJpegHead, type JpegHead } from './jpeg-markers.ts'
import { refuse } from './refuse.ts'

const ADOBE = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0]

/** Samples of one JPEG frame. @throws MedicalImageError (bad-dicom, truncated, unsupported) */
export async function decodeJpeg(bytes: Uint8Array, format: FrameFormat): Promise<Samples> {
  const head = readJpegHead(bytes, format)
  if (head.process === 0xc3) return decodeJpegLossless(bytes, head, format)
  if (head.process > 0xc2) {
    const found = `JPEG process SOF${head.process & 15}`
    refuse(format.name, { code: 'unsupported', expected: 'a sequential, progressive or lossless Huffman JPEG', found })
  }
  if (head.precision === 12 && head.process === 0xc1) return decodeDct12(bytes, head, format)
  if (head.precision === 8) return decodeDct8(bytes, head, format)
  const found = `${head.precision} bits in SOF${head.process & 15}`
  return refuse(format.name, { code: 'unsupported', expected: '8 bits, or 12 in a sequential JPEG', found })
}

async function decodeDct8(bytes: Uint8Array, head: JpegHead, format: FrameFormat): Promise<Samples> {
  const { default: sharp } = await import('sharp')
  const stream = withTransform(bytes, head, format)
  try {
    const image = sharp(stream, { ignoreIcc: true, failOn: 'truncated' })
    const pixels = image.toColourspace(format.samples === 1 ? 'b-w' : 'srgb').raw()
    const { data } = await pixels.toBuffer({ resolveWithObject: true })
    if (data.length !== format.pixels * format.samples) {
      refuse(format.name, {
        code: 'bad-dicom',
        expected: `${format.samples} samples per pixel`,
        found: 'others in the JPEG',
      })
    }
    return { data, width: 1, planar: false, isRgb: true, precision: 8 }
  } catch (cause) {
    if (!(cause instanceof Error) || cause.name === 'MedicalImageError') throw cause
    const found = cause.message.split('\n')[0]
    return refuse(format.name, { code: 'bad-dicom', expected: 'a whole JPEG frame', found }, cause)
  }
}

function withTransform(
  bytes: Uint8Array,
  { adobeTransform, hasJfif, components }: JpegHead,
  format: FrameFormat,
): Uint8Array {
  if (format.samples === 1 || adobeTransform !== undefined || hasJfif) return bytes
  const named = components.map(({ id }) => String.fromCharCode(id)).join('') === 'RGB'
  const transform = named || format.photometric === 'RGB' ? 0 : 1
  return Buffer.concat([bytes.subarray(0, 2), Uint8Array.of(...ADOBE, transform), bytes.subarray(2)])
}
