/**
 * Reading NIfTI: NIfTI-1 and NIfTI-2, `.nii`, `.hdr` with `.img`, plain or gzip (told apart by content), both byte orders.
 *
 * The voxels of a file must be exactly as long as its header claims: a shorter file is truncated, a longer one has a
 * header that lies, and in both cases any voxel may be in the wrong place. Lengths are taken as millimetres whatever
 * `xyzt_units` says, as nibabel does. Colours and vectors become volumes, one per component.
 *
 * @module
 */
import { createVolume, type Shape3, type Volume } from '@leanvox/volume'
import type { NamedBytes } from './case.ts'
import { claim, gunzipExactly, gunzipPrefix, isGzip } from './gunzip.ts'
import { readExtensions, type NiftiExtension } from './nifti-extensions.ts'
import { HEADER_BYTES, LONGEST_HEADER, parseHeader, singleFile, type NiftiHeader } from './nifti-header.ts'
import { headerPath, pairedImagePath } from './nifti-pair.ts'
import { decodedBytes, decodeVoxels, type StoredVoxels } from './nifti-voxels.ts'
import { refuserOf, type Origin } from './origin.ts'
import { readBytes } from './read-bytes.ts'
import { readHead, readStored, type Stored } from './read-stored.ts'
import { framesOf } from './volume-frames.ts'

/** The content of a NIfTI file. */
export interface NiftiImage {
  readonly header: NiftiHeader
  /**
   * One volume per time (fourth dimension) and component; one for a 3D, 2D or 1D file of numbers. All have the same
   * geometry. The times of the first component come first, as the fifth dimension is stored.
   */
  readonly volumes: readonly Volume[]
  /** 1 for numbers; 3 or 4 for colours; the extent of the fifth dimension for vectors. */
  readonly components: number
  /** What the writer put between header and voxels. */
  readonly extensions: readonly NiftiExtension[]
}

const OPERATION = 'readNifti'
/** Holds the fixed header of any file, compressed or not. */
const HEAD_BYTES = 1 << 16

/**
 * The volumes of a NIfTI file, or of a pair given either of its files.
 *
 * Voxels are read or inflated into one buffer and decoded there: memory holds the volumes and little else. The volumes of
 * a file of several share that buffer.
 *
 * @throws MedicalImageError naming the file, what was expected and what was found
 *
 * @example
 * const { volumes, header } = await readNifti('imagesTr/case_001.nii.gz')
 */
export async function readNifti(path: string): Promise<NiftiImage> {
  const name = await headerPath(path)
  const origin = { name, operation: OPERATION }
  const head = await readHead(HEAD_BYTES, origin)
  const header = parseHeader(headOf(head, name), name)
  if (!header.pair) {
    const { before, voxels } = await readVoxels(header, { packed: isGzip(head), origin })
    return imageOf(header, { before, voxels: { bytes: voxels, owned: true } }, origin)
  }
  const whole = wholeHeader(await readBytes(name, OPERATION), name)
  const image = { name: await pairedImagePath(name), operation: OPERATION }
  const { voxels } = await readVoxels(header, { packed: isGzip(await readHead(2, image)), origin: image })
  return imageOf(header, { before: whole, voxels: { bytes: voxels, owned: true } }, image)
}

/**
 * The one volume of a NIfTI file.
 *
 * @throws MedicalImageError as readNifti, and `unsupported` for several times, colours or components
 */
export async function readVolume(path: string): Promise<Volume> {
  const { volumes } = await readNifti(path)
  if (volumes.length === 1) return volumes[0]
  return refuserOf({ name: path, operation: 'readVolume' })('unsupported', 'one volume', `${volumes.length} volumes`)
}

/**
 * The volumes in the bytes of a NIfTI file, compressed or not. The bytes are not kept.
 *
 * @param options.name how messages call the file
 * @param options.image the other file when `bytes` are the header of a pair
 * @throws MedicalImageError as readNifti
 */
export function decodeNifti(
  bytes: Uint8Array,
  { name = 'the NIfTI file', image }: { name?: string; image?: NamedBytes } = {},
): NiftiImage {
  const header = parseHeader(headOf(bytes, name), name)
  const origin = { name: (header.pair && image?.name) || name, operation: OPERATION }
  if (header.pair && !image) {
    return refuserOf(origin)('unsupported', singleFile(header.version), 'half of an .hdr/.img pair')
  }
  const content = exactly(header.pair && image ? image.bytes : bytes, header, origin)
  const voxels = { ...content, bytes: content.bytes.subarray(header.voxelOffset) }
  const before = header.pair ? wholeHeader(bytes, name) : content.bytes.subarray(0, header.voxelOffset)
  return imageOf(header, { before, voxels }, origin)
}

/** Enough of a file, decompressed, to hold the fixed header. */
function headOf(bytes: Uint8Array, name: string): Uint8Array {
  return isGzip(bytes) ? gunzipPrefix(bytes, LONGEST_HEADER, { name, operation: OPERATION }) : bytes
}

function wholeHeader(bytes: Uint8Array, name: string): Uint8Array {
  return isGzip(bytes) ? gunzipPrefix(bytes, Infinity, { name, operation: OPERATION }) : bytes
}

function readVoxels(
  header: NiftiHeader,
  { packed, origin }: { readonly packed: boolean; readonly origin: Origin },
): Promise<Stored> {
  const { voxelOffset: skip, voxelBytes: length } = header
  return readStored({ start: 0, packed, skip, length, capacity: capacityFor(header) }, origin)
}

function exactly(bytes: Uint8Array, header: NiftiHeader, origin: Origin): StoredVoxels {
  const length = header.voxelOffset + header.voxelBytes
  if (isGzip(bytes)) {
    return { bytes: gunzipExactly(bytes, { length, capacity: capacityFor(header) }, origin), owned: true }
  }
  if (bytes.length === length) return { bytes, owned: false }
  const code = bytes.length < length ? 'truncated' : 'too-long'
  return refuserOf(origin)(code, claim(length), `${bytes.length} bytes`)
}

function capacityFor(header: NiftiHeader): number {
  return decodedBytes(
    header.dims.reduce((product, extent) => product * extent, header.colours),
    header,
  )
}

function imageOf(
  header: NiftiHeader,
  { before, voxels }: { readonly before: Uint8Array; readonly voxels: StoredVoxels },
  origin: Origin,
): NiftiImage {
  // First, since decoding may write over what lies before the voxels.
  const extensions = readExtensions(before.subarray(HEADER_BYTES[header.version]), header)
  const values = decodeVoxels(voxels, header, origin)
  const { dims, colours, affine } = header
  const [width, height = 1, depth = 1, times = 1, vector = 1] = dims
  const shape: Shape3 = [depth, height, width]
  const size = width * height * depth * colours
  const offsets = Array.from({ length: times * vector * colours }, (_, i) => {
    return (i % (times * vector)) * size + Math.floor(i / (times * vector))
  })
  const strides: Shape3 = [width * height * colours, width * colours, colours]
  const volumes = framesOf(values, { shape, strides, offsets }).map((data) => createVolume({ data, shape, affine }))
  return { header, volumes, components: vector * colours, extensions }
}
