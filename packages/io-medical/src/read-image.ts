/**
 * One image from disk, known by its content and not by its name: NIfTI, NRRD, MetaImage, DICOM (a file or a folder with one
 * series), TIFF, PNG, JPEG, BMP.
 *
 * Formats that are recognised but not read here are refused by their name.
 *
 * @module
 */
import { stat } from 'node:fs/promises'
import type { Volume } from '@leanvox/volume'
import { MedicalImageError } from './errors.ts'
import { gunzipPrefix, isGzip } from './gunzip.ts'
import { decodeTiff, tiffPages } from './images/decode-tiff.ts'
import type { Image2d } from './images/image-2d.ts'
import { decodeImage2d, type PictureKind } from './images/read-image-2d.ts'
import { imageFormat, unreadFormat, type ImageFormat } from './image-format.ts'
import { readMetaImage } from './metaimage/read-metaimage.ts'
import { headerPath } from './nifti-pair.ts'
import { readNrrd } from './nrrd/read-nrrd.ts'
import { refuserOf, type Origin } from './origin.ts'
import { readBytes } from './read-bytes.ts'
import { readNifti } from './read-nifti.ts'
import { readHead } from './read-stored.ts'

/** What `readImage` found: volumes in space, or a picture. */
export type MedicalImage = VolumeImage | PictureImage

/** An image with a place in space, or a stack of pages. */
export interface VolumeImage {
  readonly kind: 'volume'
  readonly format: 'NIfTI' | 'NRRD' | 'MetaImage' | 'DICOM' | 'TIFF'
  /** At least one; all of one grid. The times of the first component come first. */
  readonly volumes: readonly Volume[]
  /** 1 for plain numbers; the number of colours or vector components otherwise. */
  readonly components: number
  /** What a user should know about how the file was read. */
  readonly warnings: readonly string[]
}

/** A picture without a place in space. */
export interface PictureImage {
  readonly kind: 'picture'
  readonly format: PictureKind
  readonly picture: Image2d
}

const OPERATION = 'readImage'
const HEAD_BYTES = 4096

/**
 * The image of a file, or of a folder of DICOM slices.
 *
 * @throws MedicalImageError naming the file, what was expected and what was found; a format that is known but not read here
 *   is `unsupported`, an unknown one `not-image`
 *
 * @example
 * const image = await readImage(path)
 * if (image.kind === 'volume') console.log(image.volumes[0].spacing)
 */
export async function readImage(path: string): Promise<MedicalImage> {
  if (await isFolder(path)) return readSeries(path)
  // The voxel file of a pair has no mark of its own: the header beside it is asked.
  const name = await headerPath(path)
  const origin = { name, operation: OPERATION }
  const head = await readHead(HEAD_BYTES, origin)
  const start = isGzip(head) ? gunzipPrefix(head, 1024, origin) : head
  const format = imageFormat(start)
  if (!format) return refuse(start, origin)
  if (isGzip(head) && format !== 'NIfTI') {
    return refuserOf(origin)('unsupported', 'an image that is not gzipped as a whole', `a gzipped ${format} file`)
  }
  return READERS[format](name)
}

const READERS: Readonly<Record<ImageFormat, (path: string) => Promise<MedicalImage>>> = {
  NIfTI: async (path) => ({ ...volumeImage('NIfTI', await readNifti(path)), warnings: [] }),
  NRRD: async (path) => ({ ...volumeImage('NRRD', await readNrrd(path)), warnings: [] }),
  MetaImage: async (path) => ({ ...volumeImage('MetaImage', await readMetaImage(path)), warnings: [] }),
  DICOM: async (path) => {
    const { readDicomFile } = await import('./dicom/index.ts')
    const image = await readDicomFile(path)
    return { ...volumeImage('DICOM', image), warnings: image.warnings }
  },
  TIFF: readTiffImage,
  PNG: (path) => readPicture(path, 'PNG'),
  JPEG: (path) => readPicture(path, 'JPEG'),
  BMP: (path) => readPicture(path, 'BMP'),
}

function volumeImage(
  format: VolumeImage['format'],
  { volumes, components }: Pick<VolumeImage, 'volumes' | 'components'>,
): Omit<VolumeImage, 'warnings'> {
  return { kind: 'volume', format, volumes, components }
}

async function readPicture(path: string, format: PictureKind): Promise<PictureImage> {
  const bytes = await readBytes(path, OPERATION)
  return { kind: 'picture', format, picture: await decodeImage2d(bytes, { name: path }) }
}

/** A single page is a picture, several are a volume. */
async function readTiffImage(path: string): Promise<MedicalImage> {
  const file = { name: path, bytes: await readBytes(path, OPERATION) }
  if ((await tiffPages(file)) === 1) {
    return { kind: 'picture', format: 'TIFF', picture: await decodeImage2d(file.bytes, file) }
  }
  const warnings = ['TIFF has no spacing: 1 mm is assumed along every axis']
  return { ...volumeImage('TIFF', await decodeTiff(file)), warnings }
}

async function readSeries(folder: string): Promise<VolumeImage> {
  const { readDicomSeries } = await import('./dicom/index.ts')
  const { volumes, warnings } = await readDicomSeries(folder)
  return { ...volumeImage('DICOM', { volumes, components: volumes.length }), warnings }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false // what is wrong is told when the file is opened
  }
}

function refuse(head: Uint8Array, origin: Origin): never {
  const expected = 'a NIfTI, NRRD, MetaImage, DICOM, TIFF, PNG, JPEG or BMP image'
  const known = unreadFormat(head)
  if (known !== undefined)
    throw new MedicalImageError(OPERATION, { code: 'unsupported', file: origin.name, expected, found: known })
  const first = Buffer.from(head.subarray(0, 8))
    .toString('hex')
    .replace(/..(?=.)/g, '$& ')
  return refuserOf(origin)('not-image', expected, head.length === 0 ? 'an empty file' : `first bytes ${first}`)
}
