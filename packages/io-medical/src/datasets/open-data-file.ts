/**
 * A file or DICOM series of a data set, opened by content, with what is worth knowing about how it is stored.
 *
 * @module
 */
import { open } from 'node:fs/promises'
import { constants, unzipSync } from 'node:zlib'
import type { Volume } from '@leanvox/volume'
import { MedicalImageError } from '../errors.ts'
import { isGzip } from '../gunzip.ts'
import { imageFormat, type ImageFormat } from '../image-format.ts'
import { hasAlpha, type Image2d } from '../images/image-2d.ts'
import { decodeImage2d } from '../images/read-image-2d.ts'
import { readBytes } from '../read-bytes.ts'
import { readImage } from '../read-image.ts'
import { readNifti, type NiftiImage } from '../read-nifti.ts'
import type { DataFile } from './data-folder.ts'
import { openSeries } from './dicom-series.ts'
import { labelTableOf } from './label-table.ts'
import { geometryFacets } from './orientation.ts'
import { isInvertedPalette, pngStorage } from './png-palette.ts'

/** How a file stores its image, by property; the same words for the same thing in every file. */
export type Facets = Readonly<Record<string, string>>

/** What a file holds. */
export type OpenedData =
  | { readonly kind: 'picture'; readonly picture: Image2d; readonly facets: Facets }
  | {
      readonly kind: 'volume'
      readonly volumes: readonly Volume[]
      readonly facets: Facets
      /** What the file itself calls its values; null or missing when it does not. */
      readonly labelNames?: ReadonlyMap<number, string> | null
    }

const HEAD_BYTES = 4096
/** 4096 bytes of deflate hold at most 1032 times as many. */
const MOST_INFLATED = 1032 * HEAD_BYTES
const NIFTI_HEADERS = { 1: 348, 2: 540 } as const

/**
 * Opens an image or mask of a data set.
 *
 * @throws MedicalImageError naming the file, what was expected and what was found
 */
export async function openDataFile(file: DataFile): Promise<OpenedData> {
  if (file.files !== undefined) return openSeries(file.files)
  const format = await formatOfFile(file.path)
  if (format === 'PNG' || format === 'JPEG' || format === 'BMP') return openPicture(file.path, format)
  if (format === 'DICOM') return openSeries([file.path])
  if (format !== 'NIfTI') return openOther(file.path)
  const nifti = await readNifti(file.path)
  const labelNames = labelTableOf(nifti.extensions)
  return { kind: 'volume', volumes: nifti.volumes, facets: niftiFacets(nifti), labelNames }
}

/**
 * The format of a file by its first bytes (decompressed ones for gzip); undefined for none that is read.
 *
 * @throws MedicalImageError (not-found, unreadable)
 */
export async function formatOfFile(path: string): Promise<ImageFormat | undefined> {
  return imageFormat(await headOf(path)) ?? undefined
}

/** Whether a file is DICOM, by content. */
export async function isDicomFile(path: string): Promise<boolean> {
  return (await formatOfFile(path)) === 'DICOM'
}

async function headOf(path: string): Promise<Uint8Array> {
  let file
  try {
    file = await open(path)
    const { buffer, bytesRead } = await file.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0)
    const head = buffer.subarray(0, bytesRead)
    return isGzip(head) ? inflated(head) : head
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    const [code, found] =
      reason === 'ENOENT' ? (['not-found', 'no such file'] as const) : (['unreadable', reason] as const)
    throw new MedicalImageError('openDataFile', { code, file: path, expected: 'a readable file', found }, { cause })
  } finally {
    await file?.close()
  }
}

/** What the first bytes of a gzip file hold; damaged ones are for the reader to refuse. */
function inflated(head: Uint8Array): Uint8Array {
  try {
    return unzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MOST_INFLATED })
  } catch {
    return head
  }
}

async function openPicture(path: string, format: string): Promise<OpenedData> {
  const bytes = await readBytes(path, 'openDataFile')
  const picture = await decodeImage2d(bytes, { name: path })
  const png = pngStorage(bytes)
  const facets = {
    format,
    channels: `${picture.channels < 3 ? 'grey' : 'RGB'}${hasAlpha(picture) ? ' and alpha' : ''}`,
    'voxel type': picture.data instanceof Uint16Array ? 'uint16' : 'uint8',
    ...(png && png.bits < 8 ? { 'stored bits': `${png.bits}` } : {}),
    ...(png?.kind === 'palette' ? { palette: isInvertedPalette(png) ? 'index 0 is bright' : 'index 0 is dark' } : {}),
  }
  return { kind: 'picture', picture, facets }
}

/** NRRD, MetaImage, TIFF; anything unknown is refused there. */
async function openOther(path: string): Promise<OpenedData> {
  const image = await readImage(path)
  if (image.kind === 'picture') return { ...image, facets: { format: image.format } }
  const [{ data, affine }] = image.volumes
  const type = data.constructor.name.replace('Array', '').toLowerCase()
  const geometry = image.format === 'TIFF' ? {} : geometryFacets(affine)
  return { kind: 'volume', volumes: image.volumes, facets: { format: image.format, 'voxel type': type, ...geometry } }
}

/** What is the rule goes unsaid: little endian, no extension, no scaling. */
function niftiFacets({ header, extensions, volumes }: NiftiImage): Facets {
  return {
    format: `NIfTI-${header.version}${header.pair ? ' pair' : ''}`,
    'voxel type': header.colours > 1 ? `${header.colours} colours` : header.datatype,
    ...(header.littleEndian ? {} : { 'byte order': 'big endian' }),
    'affine from': header.affineSource,
    ...geometryFacets(header.affine),
    ...(extensions.length > 0 ? { extension: `vox_offset > ${NIFTI_HEADERS[header.version] + 4}` } : {}),
    ...(labelTableOf(extensions) ? { 'label names': 'in the header extension' } : {}),
    ...(header.slope === 1 && header.intercept === 0 ? {} : { scaling: 'slope and intercept' }),
    ...(volumes.length > 1 ? { volumes: 'several in one file' } : {}),
  }
}
