/**
 * Volumes to NRRD: version 4, little-endian, space left-posterior-superior, as 3D Slicer and ITK write it; attached, or a
 * detached header with the voxels beside it.
 *
 * @module
 */
import { basename } from 'node:path'
import { writeFileAtomic } from '@leanvox/files'
import type { Volume } from '@leanvox/volume'
import { assertAlike, datatypeOf, encodeVoxels } from '../encode-voxels.ts'
import { DATATYPES, type NiftiDatatype } from '../nifti-datatype.ts'
import { lpsOfAffine, type Vector3 } from '../raster/lps.ts'
import { gzipPlainly } from '../write-nifti.ts'

/** How volumes are written. */
export interface NrrdEncoding {
  /** Default: that of the data array. Values that it cannot hold are refused, never rounded or clipped. */
  readonly datatype?: NiftiDatatype
  /** Default gzip. */
  readonly coding?: 'raw' | 'gzip'
  /** How many components the list of volumes has, all times of the first before those of the second. Default 1. */
  readonly components?: number
  /** Keys of the writer's own; names without `:=` and line ends. */
  readonly keys?: Readonly<Record<string, string>>
}

const TYPES: Readonly<Record<NiftiDatatype, string>> = {
  uint8: 'uint8',
  int8: 'int8',
  uint16: 'uint16',
  int16: 'int16',
  uint32: 'uint32',
  int32: 'int32',
  uint64: 'uint64',
  int64: 'int64',
  float32: 'float',
  float64: 'double',
}

/**
 * The bytes of an attached NRRD file of one volume, or of several as times and components (its last axes).
 *
 * @throws RangeError for volumes of different geometry, a value the datatype cannot hold, a key that no header can hold
 */
export function encodeNrrd(volumes: Volume | readonly Volume[], encoding: NrrdEncoding = {}): Uint8Array {
  const { header, voxels } = partsOf(volumes, encoding)
  const text = Buffer.from(`${header.join('\n')}\n\n`)
  const bytes = new Uint8Array(text.length + voxels.length)
  bytes.set(text)
  bytes.set(voxels, text.length)
  return bytes
}

/**
 * Writes an NRRD file; for a path that ends with `.nhdr` the header, and the voxels beside it as `.raw` or `.raw.gz`.
 *
 * @throws RangeError for a path that ends with neither, and as encodeNrrd
 * @throws FileError of `@leanvox/files` when the disk refuses
 */
export async function writeNrrd(
  path: string,
  volumes: Volume | readonly Volume[],
  encoding: NrrdEncoding = {},
): Promise<void> {
  const [, ending] = /\.(nrrd|nhdr)$/i.exec(path) ?? []
  if (ending === undefined) throw new RangeError(`writeNrrd: expected a path ending with .nrrd or .nhdr, got ${path}`)
  if (ending.toLowerCase() === 'nrrd') return writeFileAtomic(path, encodeNrrd(volumes, encoding))
  const { header, voxels } = partsOf(volumes, encoding)
  const data = path.replace(/\.nhdr$/i, encoding.coding === 'raw' ? '.raw' : '.raw.gz')
  await writeFileAtomic(data, voxels)
  await writeFileAtomic(path, `${[...header, `data file: ${basename(data)}`].join('\n')}\n`)
}

function partsOf(
  volumes: Volume | readonly Volume[],
  encoding: NrrdEncoding,
): { header: string[]; voxels: Uint8Array } {
  const list = isList(volumes) ? volumes : [volumes]
  assertAlike(list, 'encodeNrrd')
  const { datatype = datatypeOf(list[0].data), coding = 'gzip' } = encoding
  const header = headerLines(list, { ...encoding, datatype, coding })
  const raw = new Uint8Array(list.length * list[0].data.length * DATATYPES[datatype].bytes)
  encodeVoxels(raw, list.map(({ data }) => data), { datatype, operation: 'encodeNrrd' }) // prettier-ignore
  return { header, voxels: coding === 'raw' ? raw : gzipPlainly(raw) }
}

function isList(volumes: Volume | readonly Volume[]): volumes is readonly Volume[] {
  return Array.isArray(volumes)
}

function headerLines(
  volumes: readonly Volume[],
  { datatype, coding, components = 1, keys = {} }: NrrdEncoding & { readonly datatype: NiftiDatatype },
): string[] {
  const [{ shape, affine }] = volumes
  const times = volumes.length / components
  if (!Number.isInteger(times) || times < 1) {
    const wanted = `a number of components that divides the ${volumes.length} volumes`
    throw new RangeError(`encodeNrrd: expected ${wanted}, got ${components}`)
  }
  const more = [...(times > 1 ? [times] : []), ...(components > 1 ? [components] : [])]
  const kinds = [...(times > 1 ? ['time'] : []), ...(components > 1 ? ['vector'] : [])]
  const { origin, steps } = lpsOfAffine(affine)
  return [
    'NRRD0004',
    `type: ${TYPES[datatype]}`,
    `dimension: ${3 + more.length}`,
    'space: left-posterior-superior',
    `sizes: ${[...shape].reverse().concat(more).join(' ')}`,
    `space directions: ${[...steps.map(vector), ...more.map(() => 'none')].join(' ')}`,
    `kinds: ${['domain', 'domain', 'domain', ...kinds].join(' ')}`,
    'endian: little',
    `encoding: ${coding}`,
    `space origin: ${vector(origin)}`,
    ...Object.entries(keys).map(keyLine),
  ]
}

function vector(numbers: Vector3): string {
  return `(${numbers.join(',')})`
}

function keyLine([name, value]: [string, string]): string {
  if (/[\r\n]|:=|^#/.test(name) || name === '' || value.includes('\r')) {
    throw new RangeError(`encodeNrrd: expected keys without := and line ends, got ${JSON.stringify(name)}`)
  }
  return `${name}:=${value.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}`
}
