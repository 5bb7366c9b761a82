/**
 * Reading MetaImage: .mha with its voxels attached, .mhd with one file of voxels, a list or a numbered series; raw, deflated
 * or as text; all number types, both byte orders, channels.
 *
 * Raw and deflated voxels of one file are read or inflated into one buffer; a file must end behind its voxels.
 *
 * @module
 */
import { dirname, resolve } from 'node:path'
import { refuserOf, type Origin } from '../origin.ts'
import { storedInBytes } from '../raster/payload.ts'
import { decodeRaster, rasterRoom, splitRaster, type RasterLayout, type RasterVolumes } from '../raster/raster.ts'
import { numbersFromText } from '../raster/text-values.ts'
import { readBytes } from '../read-bytes.ts'
import { fileSize, readHead, readStored, type StoredPlace } from '../read-stored.ts'
import { endsHeader, LONGEST_METAIMAGE_HEADER, metaImageHeader, type MetaImageHeader } from './metaimage-header.ts'

/** The content of a MetaImage file. */
export interface MetaImage extends RasterVolumes {
  readonly header: MetaImageHeader
}

const OPERATION = 'readMetaImage'
const HEAD_BYTES = 1 << 16

/**
 * The volumes of a MetaImage file, or of a header and the files it names.
 *
 * @throws MedicalImageError naming the file, what was expected and what was found
 *
 * @example
 * const { volumes } = await readMetaImage('Case00.mhd')
 */
export async function readMetaImage(path: string): Promise<MetaImage> {
  const origin = { name: path, operation: OPERATION }
  const head = await readHead(HEAD_BYTES, origin)
  const isWhole = head.length < HEAD_BYTES || (endsHeader(head) && !isList(head))
  const header = metaImageHeader(isWhole ? head : await readHead(LONGEST_METAIMAGE_HEADER, origin), refuserOf(origin))
  const names = header.dataFiles.map((name) => resolve(dirname(path), name))
  const [data = path] = names
  if (!header.binary) {
    if (names.length > 1) refuserOf(origin)('unsupported', 'one file of text', `${names.length}`)
    const bytes = await readBytes(data, OPERATION)
    return decodeText(header, names.length === 0 ? bytes.subarray(header.end) : bytes, origin)
  }
  const bytes = names.length > 1 ? await severalFiles(header, names, origin) : await oneFile(header, data)
  return { header, ...decodeRaster({ bytes, owned: true }, layoutOf(header), { name: data, operation: OPERATION }) }
}

/**
 * The volumes in the bytes of a MetaImage file with its voxels attached. The bytes are not kept.
 *
 * @param options.name how messages call the file
 * @throws MedicalImageError as readMetaImage, and `unsupported` for a header whose voxels are elsewhere
 */
export function decodeMetaImage(bytes: Uint8Array, { name = 'the MetaImage file' }: { name?: string } = {}): MetaImage {
  const origin = { name, operation: OPERATION }
  const header = metaImageHeader(bytes, refuserOf(origin))
  if (header.dataFiles.length > 0) {
    return refuserOf(origin)('unsupported', 'ElementDataFile LOCAL', header.dataFiles[0])
  }
  if (!header.binary) return decodeText(header, bytes.subarray(header.end), origin)
  const stored = storedInBytes(bytes, placeIn(header, header.end, bytes.length), origin)
  return { header, ...decodeRaster(stored, layoutOf(header), origin) }
}

function isList(head: Uint8Array): boolean {
  return /(^|\n)\s*ElementDataFile\s*=\s*LIST/i.test(Buffer.from(head).toString('latin1'))
}

/** Channels are the fastest axis. */
function layoutOf({ sizes, channels, affine, datatype, littleEndian }: MetaImageHeader): RasterLayout {
  const first = channels > 1 ? 1 : 0
  return {
    sizes: channels > 1 ? [channels, ...sizes] : sizes,
    spatial: sizes.slice(0, 3).map((_, axis) => axis + first),
    components: channels > 1 ? [0] : [],
    affine,
    coding: { datatype, littleEndian, slope: 1, intercept: 0 },
  }
}

function placeIn(header: MetaImageHeader, start: number, size: number): StoredPlace {
  const { voxelBytes: length, compressed: packed, headerSize } = header
  const voxels = { length, capacity: rasterRoom(header.voxelCount, layoutOf(header).coding), packed, skip: 0 }
  if (headerSize === -1 && !packed) return { ...voxels, start: Math.max(start, size - length) }
  return { ...voxels, start: start + Math.max(0, headerSize) }
}

async function oneFile(header: MetaImageHeader, name: string): Promise<Uint8Array> {
  const origin = { name, operation: OPERATION }
  const size = header.headerSize === -1 ? await fileSize(origin) : 0
  const start = header.dataFiles.length === 0 ? header.end : 0
  return (await readStored(placeIn(header, start, size), origin)).voxels
}

/** Equal parts, one file after the other. */
async function severalFiles(header: MetaImageHeader, names: readonly string[], origin: Origin): Promise<Uint8Array> {
  const [voxelBytes, voxelCount] = [header.voxelBytes / names.length, header.voxelCount / names.length]
  if (!Number.isInteger(voxelCount)) {
    refuserOf(origin)('bad-header', 'voxels that can be shared out to the files', `${names.length} files`)
  }
  let all: Uint8Array | undefined
  for (const [i, name] of names.entries()) {
    const bytes = await oneFile({ ...header, voxelBytes, voxelCount }, name)
    // Not before the first file has been as long as the header claims.
    all ??= new Uint8Array(header.voxelBytes)
    all.set(bytes, i * voxelBytes)
  }
  return all ?? new Uint8Array(0)
}

function decodeText(header: MetaImageHeader, bytes: Uint8Array, origin: Origin): MetaImage {
  const { voxelCount: count, datatype } = header
  const values = numbersFromText(bytes, { count, datatype }, refuserOf(origin))
  return { header, ...splitRaster(values, layoutOf(header)) }
}
