/**
 * PNG, JPEG and TIFF pictures through sharp (libvips), as stored: no colour management, no turning by EXIF, no premultiplying.
 *
 * libvips stretches 1, 2 and 4 bits of grey to 0..255 and decodes palettes to colours. sharp hands everything on as 8-bit
 * sRGB unless told otherwise, and drops alpha beside 8-bit grey when told to keep grey: such files are read as colours.
 *
 * @module
 */
import type Sharp from 'sharp'
import type { NamedBytes } from '../case.ts'
import { MedicalImageError } from '../errors.ts'
import type { Image2d } from './image-2d.ts'

/** Loaded when the first picture is read: libvips takes memory that readers of volumes have no use for. */
export async function loadSharp(): Promise<typeof Sharp> {
  return (await import('sharp')).default
}

/** Profiles change values that models were trained on; the default limit of 268 million pixels stays. */
const INPUT = { ignoreIcc: true, failOn: 'warning' } as const
const SPACES = ['b-w', 'grey16', 'srgb', 'rgb16']

/** Pixels that a byte of a file can stand for: deflate packs 1032 : 1, a JPEG block of 64 pixels takes a bit or two. */
const MOST_EXPANSION = 2048
const ALWAYS_FINE = 1 << 20

/**
 * The pixels of a PNG, JPEG or TIFF file's bytes.
 *
 * @param pages of a TIFF file, one below the other
 * @throws MedicalImageError (bad-image, unsupported)
 */
export async function decodeWithSharp(
  { name, bytes }: NamedBytes,
  kind: 'PNG' | 'JPEG' | 'TIFF',
  pages = 1,
): Promise<Image2d> {
  const sharp = await loadSharp()
  const image = sharp(bytes, { ...INPUT, pages })
  const { space, depth, hasAlpha, ...size } = await decoding(image.metadata(), name, kind)
  assertPlausible({ name, bytes }, [size.width, size.pageHeight ?? size.height, pages])
  if (depth !== 'uchar' && depth !== 'ushort') {
    const fault = { code: 'unsupported', file: name, expected: 'pixels of 8 or 16 bits', found: String(depth) } as const
    throw new MedicalImageError('readImage2d', fault)
  }
  if (!space || !SPACES.includes(space)) {
    const fault = { code: 'unsupported', file: name, expected: 'grey or RGB pixels', found: String(space) } as const
    throw new MedicalImageError('readImage2d', fault)
  }
  const greyAlpha = space === 'b-w' && hasAlpha === true
  const stored = image.toColourspace(greyAlpha ? 'srgb' : space).raw({ depth: depth === 'ushort' ? 'ushort' : 'uchar' })
  const { data, info } = await decoding(stored.toBuffer({ resolveWithObject: true }), name, kind)
  const pixels = depth === 'ushort' ? words(data) : new Uint8Array(data.buffer, data.byteOffset, data.length)
  const { width, height } = info
  if (greyAlpha) return { data: firstAndLast(pixels), height, width, channels: 2 }
  // libvips makes one to four channels of these colour spaces.
  return { data: pixels, height, width, channels: info.channels as Image2d['channels'] }
}

// Before anything is allocated: a few bytes can claim gigabytes.
function assertPlausible({ name, bytes }: NamedBytes, extents: readonly number[]): void {
  const pixels = extents.reduce((product, extent) => product * extent, 1)
  const most = MOST_EXPANSION * bytes.length + ALWAYS_FINE
  if (pixels <= most) return
  const found = `${extents.join(' x ')} in ${bytes.length} bytes`
  const fault = { code: 'bad-image', file: name, expected: `at most ${most} pixels`, found } as const
  throw new MedicalImageError('readImage2d', fault)
}

async function decoding<T>(work: Promise<T>, file: string, kind: string): Promise<T> {
  try {
    return await work
  } catch (cause) {
    const found = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    const fault = { code: 'bad-image', file, expected: `a whole ${kind} picture`, found } as const
    throw new MedicalImageError('readImage2d', fault, { cause })
  }
}

/** A view where the buffer is aligned for 16 bits, else a copy. */
function words(data: Buffer): Uint16Array {
  const aligned = data.byteOffset % 2 === 0 ? data : Buffer.from(data)
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.length / 2)
}

/** Grey and alpha of red, green, blue and alpha. */
function firstAndLast(pixels: Uint8Array | Uint16Array): Uint8Array {
  const kept = new Uint8Array(pixels.length / 2)
  for (let from = 0, to = 0; from < pixels.length; from += 4) {
    kept[to++] = pixels[from]
    kept[to++] = pixels[from + 3]
  }
  return kept
}
