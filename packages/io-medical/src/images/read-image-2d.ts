/**
 * One picture from disk: PNG, JPEG or BMP by its first bytes, whatever its name says.
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
import type { Image2d } from './image-2d.ts'

type PictureKind = 'PNG' | 'JPEG' | 'BMP'

/** As many as tell a picture, and as an error shows. */
const HEAD_BYTES = 8
const SIGNATURES: Readonly<Record<PictureKind, readonly number[]>> = {
  PNG: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  JPEG: [0xff, 0xd8, 0xff],
  BMP: [0x42, 0x4d],
}

/**
 * The pixels of a PNG, JPEG or BMP file, [height, width, channels].
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
  return kind === 'BMP' ? decodeBmp({ name, bytes }) : decodeWithSharp({ name, bytes }, kind)
}

function kindOf(bytes: Uint8Array, file: string): PictureKind {
  for (const [kind, signature] of Object.entries(SIGNATURES)) {
    // Object.entries forgets the key type of the table above.
    if (signature.every((byte, i) => bytes[i] === byte)) return kind as PictureKind
  }
  const found = bytes.length === 0 ? 'an empty file' : `first bytes ${hex(bytes.subarray(0, HEAD_BYTES))}`
  throw new MedicalImageError('readImage2d', { code: 'not-image', file, expected: 'a PNG, JPEG or BMP picture', found })
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
}
