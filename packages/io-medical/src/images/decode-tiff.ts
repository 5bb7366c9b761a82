/**
 * TIFF through sharp (libvips): grey or colour of 8 or 16 bits; the pages of a file are the depth of a volume.
 *
 * TIFF has no spacing in millimetres that could be relied on: volumes get 1 mm, lengths are pixels. Pages must be alike.
 *
 * @module
 */
import { createVolume, type Volume } from '@leanvox/volume'
import type { NamedBytes } from '../case.ts'
import { MedicalImageError } from '../errors.ts'
import { refuserOf } from '../origin.ts'
import { readBytes } from '../read-bytes.ts'
import { framesOf } from '../volume-frames.ts'
import { decodeWithSharp, loadSharp } from './decode-sharp.ts'

/** The pages of a TIFF file. */
export interface TiffStack {
  /** One volume for grey, one per colour otherwise; pages are the depth. */
  readonly volumes: readonly Volume[]
  readonly components: number
}

const OPERATION = 'readTiff'

/** Whether the bytes begin as a TIFF or BigTIFF file does. */
export function isTiff(head: Uint8Array): boolean {
  const start = Buffer.from(head.subarray(0, 4)).toString('latin1')
  return ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(start)
}

/**
 * The pages of a TIFF file as volumes.
 *
 * @throws MedicalImageError (not-found, unreadable, bad-image, unsupported)
 *
 * @example
 * const { volumes } = await readTiff('stack.tif')
 */
export async function readTiff(path: string): Promise<TiffStack> {
  return decodeTiff({ name: path, bytes: await readBytes(path, OPERATION) })
}

/** How many pages a TIFF file has. */
export async function tiffPages({ name, bytes }: NamedBytes): Promise<number> {
  try {
    const sharp = await loadSharp()
    return (await sharp(bytes).metadata()).pages ?? 1
  } catch (cause) {
    const found = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    const fault = { code: 'bad-image', file: name, expected: 'a whole TIFF picture', found } as const
    throw new MedicalImageError(OPERATION, fault, { cause })
  }
}

/** The same for bytes that are already in memory. */
export async function decodeTiff({ name, bytes }: NamedBytes): Promise<TiffStack> {
  if (!isTiff(bytes)) refuserOf({ name, operation: OPERATION })('not-image', 'a TIFF file', 'another')
  const pages = await tiffPages({ name, bytes })
  const { data, height, width, channels } = await decodeWithSharp({ name, bytes }, 'TIFF', pages)
  // libvips hands pages over one below the other.
  const rows = height / pages
  const shape = [pages, rows, width] as const
  const strides = [rows * width * channels, width * channels, channels] as const
  const offsets = Array.from({ length: channels }, (_, i) => i)
  const volumes = framesOf(data, { shape, strides, offsets }).map((one) => createVolume({ data: one, shape }))
  return { volumes, components: channels }
}
