/**
 * One picture from disk: PNG, JPEG, BMP or TIFF by its first bytes, whatever its name says.
 *
 * A file of another kind is refused before it is loaded. Pixels come as stored (see `decode-sharp.ts`): 16 bits stay 16
 * bits, alpha stays a channel, palettes become colours.
 *
 * @module
 */
import { MedicalImageError } from '../errors.ts'
import { readBytes } from '../read-bytes.ts'
import { decodeBmp } from './decode-bmp.ts'
import { decodeWithSharp } from './decode-sharp.ts'
import { isTiff, tiffPages } from './decode-tiff.ts'
import type { Image2d } from './image-2d.ts'

/** Kinds of pictures that are read. */
export type PictureKind = 'PNG' | 'JPEG' | 'BMP' | 'TIFF'

/** As many as tell a picture, and as an error shows. */
const HEAD_BYTES = 8
const SIGNATURES: Readonly<Record<Exclude<PictureKind, 'TIFF'>, readonly number[]>> = {
  PNG: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  JPEG: [0xff, 0xd8, 0xff],
  BMP: [0x42, 0x4d],
}

/**
 * The pixels of a PNG, JPEG, BMP or one-page TIFF file, [height, width, channels].
 *
 * @throws MedicalImageError (not-found, unreadable, not-image, bad-image, unsupported), with file, expected and found
 *
 * @example
 * const { data, height, width, channels } = await readImage2d('ISIC_0024306.jpg')
 */
export async function readImage2d(path: string): Promise<Image2d> {
  const bytes = await readBytes(path, 'readImage2d', (head) => void kindOf(head, path))
  return decodeImage2d(bytes, { name: path })
}

/**
 * The same for bytes that are already in memory.
 *
 * @param options.name what errors call the picture
 */
export async function decodeImage2d(bytes: Uint8Array, { name }: { readonly name: string }): Promise<Image2d> {
  const kind = kindOf(bytes, name)
  if (kind === 'BMP') return decodeBmp({ name, bytes })
  const pages = kind === 'TIFF' ? await tiffPages({ name, bytes }) : 1
  if (pages === 1) return decodeWithSharp({ name, bytes }, kind)
  const fault = { code: 'unsupported', file: name, expected: 'a TIFF of one page', found: `${pages} pages` } as const
  throw new MedicalImageError('readImage2d', fault)
}

/** Which kind of picture the bytes begin as, if any. */
export function pictureKind(head: Uint8Array): PictureKind | undefined {
  if (isTiff(head)) return 'TIFF'
  for (const [kind, signature] of Object.entries(SIGNATURES)) {
    // Object.entries forgets the key type of the table above.
    if (signature.every((byte, i) => head[i] === byte)) return kind as PictureKind
  }
  return undefined
}

function kindOf(bytes: Uint8Array, file: string): PictureKind {
  const kind = pictureKind(bytes)
  if (kind) return kind
  const found = bytes.length === 0 ? 'an empty file' : `first bytes ${hex(bytes.subarray(0, HEAD_BYTES))}`
  const expected = 'a PNG, JPEG, BMP or TIFF picture'
  throw new MedicalImageError('readImage2d', { code: 'not-image', file, expected, found })
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
}
