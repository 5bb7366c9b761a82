/**
 * Volumes to the bytes of a NIfTI file: little-endian, sform always set, qform too when the affine is a rotation times
 * zooms, lengths in mm, no scaling, voxels after the header and its extensions, or in a file of their own.
 *
 * NIfTI-1 keeps geometry in float32, so an affine reads back rounded to that; NIfTI-2 keeps float64. NIfTI-1 is written
 * unless an axis is longer than its 16-bit extents allow. The same input gives the same bytes.
 *
 * @module
 */
import type { Volume } from '@leanvox/volume'
import { DATATYPES, type NiftiDatatype } from './nifti-datatype.ts'
import { LONGEST_NIFTI1_AXIS, writeHeader } from './encode-header.ts'
import { assertAlike, datatypeOf, encodeInterleaved, encodeVoxels } from './encode-voxels.ts'
import type { NiftiExtension } from './nifti-extensions.ts'

/** How volumes are written. */
export interface NiftiEncoding {
  /** Default: that of the data array. Values that it cannot hold are refused, never rounded or clipped. */
  readonly datatype?: NiftiDatatype
  /** Default: 1, or 2 when an axis has more than 32767 voxels. */
  readonly version?: 1 | 2
  /** At most 79 ASCII characters. Default: empty. */
  readonly description?: string
  /**
   * How many components the list of volumes has, all times of the first before those of the second, as `readNifti`
   * gives them. They become the fifth dimension, or colours. Default 1.
   */
  readonly components?: number
  /** Whether the 3 or 4 components are colours, bytes side by side. Default false. */
  readonly colours?: boolean
  /** What the numbers mean; up to three parameters, a name of at most 15 ASCII characters. Default: nothing said. */
  readonly intent?: { readonly code: number; readonly name?: string; readonly parameters?: readonly number[] }
  /** Written between header and voxels, padded to multiples of 16 bytes as the standard asks. Default: none. */
  readonly extensions?: readonly NiftiExtension[]
}

/** The two files of a pair. */
export interface NiftiPairBytes {
  readonly header: Uint8Array
  readonly image: Uint8Array
}

/**
 * The uncompressed bytes of a NIfTI file of one volume, or of several as times (the fourth dimension) and components.
 *
 * @throws RangeError for volumes of different geometry, an axis too long for version 1, a value the datatype cannot hold
 */
export function encodeNifti(volumes: Volume | readonly Volume[], encoding: NiftiEncoding = {}): Uint8Array {
  const list = listed(volumes)
  const { header, voxelBytes } = headerFor(list, encoding, false)
  const bytes = new Uint8Array(header.length + voxelBytes)
  bytes.set(header)
  writeVoxels(bytes.subarray(header.length), list, encoding)
  return bytes
}

/**
 * The same as a header file (.hdr) and an image file (.img).
 *
 * @throws RangeError as encodeNifti
 */
export function encodeNiftiPair(volumes: Volume | readonly Volume[], encoding: NiftiEncoding = {}): NiftiPairBytes {
  const list = listed(volumes)
  const { header, voxelBytes } = headerFor(list, encoding, true)
  const image = new Uint8Array(voxelBytes)
  writeVoxels(image, list, encoding)
  return { header, image }
}

function listed(volumes: Volume | readonly Volume[]): readonly Volume[] {
  const list = isList(volumes) ? volumes : [volumes]
  assertAlike(list, 'encodeNifti')
  return list
}

function isList(volumes: Volume | readonly Volume[]): volumes is readonly Volume[] {
  return Array.isArray(volumes)
}

function headerFor(volumes: readonly Volume[], encoding: NiftiEncoding, pair: boolean) {
  const [{ shape, affine, data }] = volumes
  const { components = 1, colours = false, description = '' } = encoding
  const { datatype = colours ? 'uint8' : datatypeOf(data) } = encoding
  assertComponents(volumes.length, encoding)
  const times = volumes.length / components
  const content = { shape, affine, times, vector: colours ? 1 : components }
  const longest = Math.max(...shape, times, content.vector)
  const { version = longest > LONGEST_NIFTI1_AXIS ? 2 : 1, intent = { code: 0 }, extensions = [] } = encoding
  const coloured = colours ? (components === 3 ? 3 : 4) : 1
  const header = writeHeader(content, { datatype, colours: coloured, version, description, intent, extensions, pair })
  return { header, voxelBytes: volumes.length * data.length * DATATYPES[datatype].bytes }
}

function assertComponents(volumes: number, { components = 1, colours = false, datatype }: NiftiEncoding): void {
  if (!(Number.isInteger(components) && components >= 1 && volumes % components === 0)) {
    const wanted = `a number of components that divides the ${volumes} volumes`
    throw new RangeError(`encodeNifti: expected ${wanted}, got ${components}`)
  }
  if (!colours) return
  const found = `${components} components${datatype === undefined ? '' : ` of ${datatype}`}`
  if ((components !== 3 && components !== 4) || (datatype ?? 'uint8') !== 'uint8') {
    throw new RangeError(`encodeNifti: expected 3 or 4 components of uint8 as colours, got ${found}`)
  }
}

function writeVoxels(target: Uint8Array, volumes: readonly Volume[], encoding: NiftiEncoding): void {
  const arrays = volumes.map(({ data }) => data)
  const { colours = false, components = 1, datatype = colours ? 'uint8' : datatypeOf(arrays[0]) } = encoding
  const how = { datatype, operation: 'encodeNifti' }
  if (!colours) return encodeVoxels(target, arrays, how)
  const times = arrays.length / components
  const size = target.length / times
  for (let time = 0; time < times; time++) {
    const planes = arrays.filter((_, i) => i % times === time)
    encodeInterleaved(target.subarray(time * size, (time + 1) * size), planes, how)
  }
}
