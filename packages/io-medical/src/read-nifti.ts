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
import { MedicalImageError } from './errors.ts'
import type { NamedBytes } from './case.ts'
import { gunzipExactly, gunzipPrefix, isGzip } from './gunzip.ts'
import { readExtensions, type NiftiExtension } from './nifti-extensions.ts'
import { HEADER_BYTES, LONGEST_HEADER, parseHeader, singleFile, type NiftiHeader } from './nifti-header.ts'
import { headerPath, readPairedImage } from './nifti-pair.ts'
import { decodeVoxels } from './nifti-voxels.ts'
import { readBytes } from './read-bytes.ts'

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

/**
 * The volumes of a NIfTI file, or of a pair given either of its files.
 *
 * @throws MedicalImageError naming the file, what was expected and what was found
 *
 * @example
 * const { volumes, header } = await readNifti('imagesTr/case_001.nii.gz')
 */
export async function readNifti(path: string): Promise<NiftiImage> {
  const name = await headerPath(path)
  const bytes = await readBytes(name, 'readNifti')
  if (!parseHeader(headOf(bytes, name), name).pair) return decodeNifti(bytes, { name })
  return decodeNifti(bytes, { name, image: await readPairedImage(name) })
}

/**
 * The one volume of a NIfTI file.
 *
 * @throws MedicalImageError as readNifti, and `unsupported` for several times, colours or components
 */
export async function readVolume(path: string): Promise<Volume> {
  const { volumes } = await readNifti(path)
  if (volumes.length === 1) return volumes[0]
  const fault = { code: 'unsupported', file: path, expected: 'one volume', found: `${volumes.length} volumes` } as const
  throw new MedicalImageError('readVolume', fault)
}

/**
 * The volumes in the bytes of a NIfTI file, compressed or not.
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
  if (header.pair && !image) {
    const found = 'half of an .hdr/.img pair'
    const fault = { code: 'unsupported', file: name, expected: singleFile(header.version), found } as const
    throw new MedicalImageError('readNifti', fault)
  }
  const inPair = header.pair ? image : undefined
  const content = exactly(inPair ?? { name, bytes }, header.voxelOffset + header.voxelBytes)
  const beforeVoxels = inPair ? wholeHeader(bytes, name) : content.subarray(0, header.voxelOffset)
  const { volumes, components } = volumesIn(content.subarray(header.voxelOffset), header, inPair?.name ?? name)
  const extensions = readExtensions(beforeVoxels.subarray(HEADER_BYTES[header.version]), header)
  return { header, volumes, components, extensions }
}

/** Enough of a file, decompressed, to hold the fixed header. */
function headOf(bytes: Uint8Array, name: string): Uint8Array {
  return isGzip(bytes) ? gunzipPrefix(bytes, LONGEST_HEADER, name) : bytes
}

function wholeHeader(bytes: Uint8Array, name: string): Uint8Array {
  return isGzip(bytes) ? gunzipPrefix(bytes, Infinity, name) : bytes
}

function exactly({ name, bytes }: NamedBytes, length: number): Uint8Array {
  if (isGzip(bytes)) return gunzipExactly(bytes, length, name)
  if (bytes.length === length) return bytes
  const code = bytes.length < length ? 'truncated' : 'too-long'
  const expected = `${length} bytes as the header claims`
  throw new MedicalImageError('readNifti', { code, file: name, expected, found: `${bytes.length} bytes` })
}

function volumesIn(voxels: Uint8Array, header: NiftiHeader, name: string): Pick<NiftiImage, 'volumes' | 'components'> {
  const { dims, colours, affine } = header
  const [width, height = 1, depth = 1, times = 1, vector = 1] = dims
  const shape: Shape3 = [depth, height, width]
  const frames = times * vector
  const size = header.voxelBytes / frames
  const volumes = Array.from({ length: frames * colours }, (_, i) => {
    const frame = i % frames
    const stored = voxels.subarray(frame * size, (frame + 1) * size)
    const bytes = colours === 1 ? stored : everyNth(stored, { step: colours, first: Math.floor(i / frames) })
    return createVolume({ data: decodeVoxels(bytes, header, name), shape, affine })
  })
  return { volumes, components: vector * colours }
}

/** One colour of interleaved ones. */
function everyNth(bytes: Uint8Array, { step, first }: { step: number; first: number }): Uint8Array {
  const taken = new Uint8Array(bytes.length / step)
  for (let from = first, to = 0; to < taken.length; from += step) taken[to++] = bytes[from]
  return taken
}
