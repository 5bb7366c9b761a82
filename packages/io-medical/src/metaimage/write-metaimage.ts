/**
 * Volumes to MetaImage as ITK writes it: little-endian, LPS, deflated; attached (.mha) or with the voxels beside it (.mhd).
 *
 * @module
 */
import { basename } from 'node:path'
import { deflateSync } from 'node:zlib'
import { writeFileAtomic } from '@leanvox/files'
import type { Volume } from '@leanvox/volume'
import { assertAlike, datatypeOf, encodeInterleaved, encodeVoxels } from '../encode-voxels.ts'
import { DATATYPES, type NiftiDatatype } from '../nifti-datatype.ts'
import { lpsOfAffine, type WorldGrid } from '../raster/lps.ts'

/** How volumes are written. */
export interface MetaImageEncoding {
  /** Default: that of the data array. Values that it cannot hold are refused, never rounded or clipped. */
  readonly datatype?: NiftiDatatype
  /** Whether the voxels are deflated. Default true. */
  readonly compressed?: boolean
  /** How many components the list of volumes has, all times of the first before those of the second. Default 1. */
  readonly components?: number
}

const TYPES: Readonly<Record<NiftiDatatype, string>> = {
  int8: 'MET_CHAR',
  uint8: 'MET_UCHAR',
  int16: 'MET_SHORT',
  uint16: 'MET_USHORT',
  int32: 'MET_INT',
  uint32: 'MET_UINT',
  int64: 'MET_LONG_LONG',
  uint64: 'MET_ULONG_LONG',
  float32: 'MET_FLOAT',
  float64: 'MET_DOUBLE',
}

/**
 * The bytes of a .mha file of one volume, or of several as times (a fourth dimension) and components (channels).
 *
 * @throws RangeError for volumes of different geometry, a sheared affine, a value the datatype cannot hold
 */
export function encodeMetaImage(volumes: Volume | readonly Volume[], encoding: MetaImageEncoding = {}): Uint8Array {
  const { header, voxels } = partsOf(volumes, encoding)
  const text = Buffer.from(`${[...header, 'ElementDataFile = LOCAL'].join('\n')}\n`)
  const bytes = new Uint8Array(text.length + voxels.length)
  bytes.set(text)
  bytes.set(voxels, text.length)
  return bytes
}

/**
 * Writes a MetaImage file; for a path that ends with `.mhd` the header, and the voxels beside it as `.raw` or `.zraw`.
 *
 * @throws RangeError for a path that ends with neither, and as encodeMetaImage
 * @throws FileError of `@leanvox/files` when the disk refuses
 */
export async function writeMetaImage(
  path: string,
  volumes: Volume | readonly Volume[],
  encoding: MetaImageEncoding = {},
): Promise<void> {
  const [, ending] = /\.(mha|mhd)$/i.exec(path) ?? []
  if (ending === undefined)
    throw new RangeError(`writeMetaImage: expected a path ending with .mha or .mhd, got ${path}`)
  if (ending.toLowerCase() === 'mha') return writeFileAtomic(path, encodeMetaImage(volumes, encoding))
  const { header, voxels } = partsOf(volumes, encoding)
  const data = path.replace(/\.mhd$/i, encoding.compressed === false ? '.raw' : '.zraw')
  await writeFileAtomic(data, voxels)
  await writeFileAtomic(path, `${[...header, `ElementDataFile = ${basename(data)}`].join('\n')}\n`)
}

function partsOf(
  volumes: Volume | readonly Volume[],
  encoding: MetaImageEncoding,
): { header: string[]; voxels: Uint8Array } {
  const list = isList(volumes) ? volumes : [volumes]
  assertAlike(list, 'encodeMetaImage')
  const { datatype = datatypeOf(list[0].data), compressed = true, components = 1 } = encoding
  const times = list.length / components
  if (!Number.isInteger(times) || times < 1) {
    const wanted = `a number of components that divides the ${list.length} volumes`
    throw new RangeError(`encodeMetaImage: expected ${wanted}, got ${components}`)
  }
  const raw = rawVoxels(list, { datatype, times })
  const voxels = compressed ? deflateSync(raw) : raw
  const size = compressed ? [`CompressedDataSize = ${voxels.length}`] : []
  return {
    header: [...opening(compressed), ...size, ...geometry(list[0], times), ...element(datatype, components)],
    voxels,
  }
}

function isList(volumes: Volume | readonly Volume[]): volumes is readonly Volume[] {
  return Array.isArray(volumes)
}

function rawVoxels(
  volumes: readonly Volume[],
  { datatype, times }: { readonly datatype: NiftiDatatype; readonly times: number },
): Uint8Array {
  const raw = new Uint8Array(volumes.length * volumes[0].data.length * DATATYPES[datatype].bytes)
  const size = raw.length / times
  const how = { datatype, operation: 'encodeMetaImage' }
  for (let time = 0; time < times; time++) {
    const channels = volumes.filter((_, i) => i % times === time).map(({ data }) => data)
    const target = raw.subarray(time * size, (time + 1) * size)
    if (channels.length === 1) encodeVoxels(target, channels, how)
    else encodeInterleaved(target, channels, how)
  }
  return raw
}

function opening(compressed: boolean): string[] {
  const fixed = ['ObjectType = Image', 'BinaryData = True', 'BinaryDataByteOrderMSB = False']
  return [...fixed, `CompressedData = ${compressed ? 'True' : 'False'}`]
}

function element(datatype: NiftiDatatype, components: number): string[] {
  const type = `ElementType = ${TYPES[datatype]}`
  return components > 1 ? [`ElementNumberOfChannels = ${components}`, type] : [type]
}

function geometry({ shape: [depth, height, width], spacing, affine }: Volume, times: number): string[] {
  const grid = lpsOfAffine(affine)
  const zooms = [...spacing].reverse()
  const directions = grid.steps.map((step, axis) => step.map((value) => value / zooms[axis]))
  assertRotation(directions, grid)
  const four = times > 1
  const matrix = four ? [...directions.flatMap((row) => [...row, 0]), 0, 0, 0, 1] : directions.flat()
  const padded = (values: readonly number[], last: number) => [...values, ...(four ? [last] : [])].join(' ')
  return [
    `NDims = ${four ? 4 : 3}`,
    `TransformMatrix = ${matrix.join(' ')}`,
    `Offset = ${padded(grid.origin, 0)}`,
    `CenterOfRotation = ${padded([0, 0, 0], 0)}`,
    `ElementSpacing = ${padded(zooms, 1)}`,
    `DimSize = ${padded([width, height, depth], times)}`,
  ]
}

/** Cosines of the angles between axes; affines are rounded to float32 in many files. */
const ANGLE_TOLERANCE = 1e-4

// MetaIO keeps any matrix, but what reads it takes the rows for a rotation.
function assertRotation([x, y, z]: readonly (readonly number[])[], { steps }: WorldGrid): void {
  const dot = (a: readonly number[], b: readonly number[]) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
  if ([dot(x, y), dot(y, z), dot(x, z)].every((cosine) => Math.abs(cosine) < ANGLE_TOLERANCE)) return
  throw new RangeError(`encodeMetaImage: expected axes at right angles, got steps ${steps.map(String).join(' ; ')}`)
}
