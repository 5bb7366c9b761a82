/**
 * Reading NIfTI: NIfTI-1 and NIfTI-2, `.nii` and `.nii.gz` (told apart by content), both byte orders.
 *
 * The voxels of a file must be exactly as long as its header claims: a shorter file is truncated, a longer one has a
 * header that lies, and in both cases any voxel may be in the wrong place. Extensions between header and voxels are
 * skipped. Lengths are taken as millimetres whatever `xyzt_units` says, as nibabel does.
 *
 * @module
 */
import { createVolume, type Shape3, type Volume } from '@leanvox/volume'
import { MedicalImageError } from './errors.ts'
import { gunzipExactly, gunzipPrefix, isGzip } from './gunzip.ts'
import { LONGEST_HEADER, parseHeader, type NiftiHeader } from './nifti-header.ts'
import { decodeVoxels } from './nifti-voxels.ts'
import { readBytes } from './read-bytes.ts'

/** The content of a NIfTI file. */
export interface NiftiImage {
  readonly header: NiftiHeader
  /** One volume per entry of the fourth dimension; one for a 3D, 2D or 1D file. All have the same geometry. */
  readonly volumes: readonly Volume[]
}

/**
 * The volumes of a NIfTI file.
 *
 * @throws MedicalImageError naming the file, what was expected and what was found
 *
 * @example
 * const { volumes, header } = await readNifti('imagesTr/case_001.nii.gz')
 */
export async function readNifti(path: string): Promise<NiftiImage> {
  return decodeNifti(await readBytes(path, 'readNifti'), { name: path })
}

/**
 * The one volume of a NIfTI file.
 *
 * @throws MedicalImageError as readNifti, and `unsupported` for a 4D file with several volumes
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
 * @throws MedicalImageError as readNifti
 */
export function decodeNifti(bytes: Uint8Array, { name = 'the NIfTI file' }: { name?: string } = {}): NiftiImage {
  const { header, content } = isGzip(bytes) ? openCompressed(bytes, name) : openPlain(bytes, name)
  const shape = volumeShape(header.dims)
  const count = header.dims[3] ?? 1
  const volumes = Array.from({ length: count }, (_, i) => {
    const data = decodeVoxels(volumeBytes(content, header, { index: i, count }), header, name)
    return createVolume({ data, shape, affine: header.affine })
  })
  return { header, volumes }
}

function openCompressed(bytes: Uint8Array, name: string): { header: NiftiHeader; content: Uint8Array } {
  const header = parseHeader(gunzipPrefix(bytes, LONGEST_HEADER, name), name)
  return { header, content: gunzipExactly(bytes, header.voxelOffset + header.voxelBytes, name) }
}

function openPlain(bytes: Uint8Array, name: string): { header: NiftiHeader; content: Uint8Array } {
  const header = parseHeader(bytes, name)
  const length = header.voxelOffset + header.voxelBytes
  if (bytes.length !== length) {
    const code = bytes.length < length ? 'truncated' : 'too-long'
    const expected = `${length} bytes as the header claims`
    throw new MedicalImageError('readNifti', { code, file: name, expected, found: `${bytes.length} bytes` })
  }
  return { header, content: bytes }
}

function volumeShape([width, height = 1, depth = 1]: readonly number[]): Shape3 {
  return [depth, height, width]
}

function volumeBytes(
  content: Uint8Array,
  { voxelOffset, voxelBytes }: NiftiHeader,
  { index, count }: { index: number; count: number },
): Uint8Array {
  const size = voxelBytes / count
  return content.subarray(voxelOffset + index * size, voxelOffset + (index + 1) * size)
}
