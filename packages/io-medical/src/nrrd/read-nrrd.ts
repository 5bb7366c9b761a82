/**
 * Reading NRRD: attached (.nrrd) and detached (.nhdr), raw, gzip, text and hexadecimal, all number types, both byte orders.
 *
 * Axes beyond three of space become volumes: times and components, as in NIfTI here. Raw and gzip voxels of one file are
 * read or inflated into one buffer; a file must end behind its voxels. bzip2 is refused by name.
 *
 * @module
 */
import { dirname, resolve } from 'node:path'
import { match } from 'ts-pattern'
import { DATATYPES } from '../nifti-datatype.ts'
import type { StoredVoxels } from '../nifti-voxels.ts'
import { refuserOf, type Origin } from '../origin.ts'
import { afterLines, storedInBytes } from '../raster/payload.ts'
import { decodeRaster, rasterRoom, splitRaster, type RasterVolumes } from '../raster/raster.ts'
import { bytesFromHex, numbersFromText } from '../raster/text-values.ts'
import { readBytes } from '../read-bytes.ts'
import { fileSize, readHead, readStored, type StoredPlace } from '../read-stored.ts'
import { LONGEST_NRRD_HEADER } from './nrrd-fields.ts'
import { nrrdHeader, type NrrdHeader } from './nrrd-header.ts'

/** The content of an NRRD file. */
export interface NrrdImage extends RasterVolumes {
  readonly header: NrrdHeader
}

const OPERATION = 'readNrrd'
const HEAD_BYTES = 1 << 16

/**
 * The volumes of an NRRD file, or of a detached header and the files it names.
 *
 * @throws MedicalImageError naming the file, what was expected and what was found
 *
 * @example
 * const { volumes, header } = await readNrrd('segmentation.seg.nrrd')
 */
export async function readNrrd(path: string): Promise<NrrdImage> {
  const origin = { name: path, operation: OPERATION }
  const head = await wholeHead(origin)
  const header = nrrdHeader(head, refuserOf(origin))
  if (!isBinary(header)) return decodeText(header, await textBytes(header, origin), origin)
  const [first = path, ...others] = header.dataFiles.map((name) => resolve(dirname(path), name))
  const start = header.dataFiles.length > 0 ? 0 : (header.end ?? 0)
  const bytes =
    others.length === 0
      ? await oneFile(header, start, { name: first, operation: OPERATION })
      : await severalFiles(header, [first, ...others], origin)
  return { header, ...decodeRaster({ bytes, owned: true }, layoutOf(header), { name: first, operation: OPERATION }) }
}

/**
 * The volumes in the bytes of an NRRD file with its voxels attached. The bytes are not kept.
 *
 * @param options.name how messages call the file
 * @throws MedicalImageError as readNrrd, and `unsupported` for a header whose voxels are elsewhere
 */
export function decodeNrrd(bytes: Uint8Array, { name = 'the NRRD file' }: { name?: string } = {}): NrrdImage {
  const origin = { name, operation: OPERATION }
  const header = nrrdHeader(bytes, refuserOf(origin))
  if (header.dataFiles.length > 0 || header.end === undefined) {
    return refuserOf(origin)('unsupported', 'voxels behind the header', `${header.dataFiles.length} files of voxels`)
  }
  if (!isBinary(header)) return decodeText(header, bytes.subarray(header.end), origin)
  const place = placeIn(header, bytes.subarray(header.end), { start: header.end, size: bytes.length })
  return { header, ...decodeRaster(storedInBytes(bytes, place, origin), layoutOf(header), origin) }
}

async function wholeHead(origin: Origin): Promise<Uint8Array> {
  const head = await readHead(HEAD_BYTES, origin)
  const complete = head.length < HEAD_BYTES || /\n\r?\n/.test(Buffer.from(head).toString('latin1'))
  return complete ? head : readHead(LONGEST_NRRD_HEADER, origin)
}

function isBinary({ coding }: NrrdHeader): boolean {
  return coding === 'raw' || coding === 'gzip'
}

function layoutOf(header: NrrdHeader) {
  const { sizes, spatialAxes: spatial, componentAxes: components, affine, datatype, littleEndian } = header
  return { sizes, spatial, components, affine, coding: { datatype, littleEndian, slope: 1, intercept: 0 } }
}

/** Where voxels are; `bytes` are the file from `start` on, as far as lines to skip reach. */
function placeIn(
  header: NrrdHeader,
  bytes: Uint8Array,
  { start, size }: { readonly start: number; readonly size: number },
): StoredPlace {
  const { coding, byteSkip, voxelBytes: length } = header
  const voxels = { length, capacity: rasterRoom(header.voxelCount, layoutOf(header).coding) }
  if (byteSkip === -1) return { ...voxels, start: Math.max(0, size - length), packed: false, skip: 0 }
  const from = start + afterLines(bytes, header.lineSkip)
  if (coding === 'gzip') return { ...voxels, start: from, packed: true, skip: byteSkip }
  return { ...voxels, start: from + byteSkip, packed: false, skip: 0 }
}

async function oneFile(header: NrrdHeader, start: number, origin: Origin): Promise<Uint8Array> {
  const head = header.lineSkip > 0 ? await readHead(start + HEAD_BYTES, origin) : new Uint8Array(0)
  const size = header.byteSkip === -1 ? await fileSize(origin) : 0
  const { voxels } = await readStored(placeIn(header, head.subarray(start), { start, size }), origin)
  return voxels
}

/** Equal parts, one file after the other. */
async function severalFiles(header: NrrdHeader, names: readonly string[], origin: Origin): Promise<Uint8Array> {
  const length = header.voxelBytes / names.length
  if (!Number.isInteger(length / DATATYPES[header.datatype].bytes)) {
    refuserOf(origin)('bad-header', 'voxels that can be shared out to the files', `${names.length} files`)
  }
  let all: Uint8Array | undefined
  for (const [i, name] of names.entries()) {
    const part = { ...header, voxelBytes: length, voxelCount: header.voxelCount / names.length }
    const bytes = await oneFile(part, 0, { name, operation: OPERATION })
    // Not before the first file has been as long as the header claims.
    all ??= new Uint8Array(header.voxelBytes)
    all.set(bytes, i * length)
  }
  return all ?? new Uint8Array(0)
}

async function textBytes(header: NrrdHeader, origin: Origin): Promise<Uint8Array> {
  const [name, ...others] = header.dataFiles
  if (others.length > 0) refuserOf(origin)('unsupported', 'one file of text', `${header.dataFiles.length}`)
  if (name === undefined) return (await readBytes(origin.name, OPERATION)).subarray(header.end)
  return readBytes(resolve(dirname(origin.name), name), OPERATION)
}

function decodeText(header: NrrdHeader, bytes: Uint8Array, origin: Origin): NrrdImage {
  const refuse = refuserOf(origin)
  const rest = bytes.subarray(afterLines(bytes, header.lineSkip) + header.byteSkip)
  const layout = layoutOf(header)
  const { voxelCount: count, datatype, voxelBytes } = header
  return match(header.coding)
    .with('hex', () => {
      const stored: StoredVoxels = { bytes: bytesFromHex(rest, voxelBytes, refuse), owned: true }
      return { header, ...decodeRaster(stored, layout, origin) }
    })
    .otherwise(() => ({ header, ...splitRaster(numbersFromText(rest, { count, datatype }, refuse), layout) }))
}
