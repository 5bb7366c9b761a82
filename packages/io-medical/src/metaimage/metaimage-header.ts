/**
 * MetaImage headers (.mha, .mhd): `Key = value` lines up to ElementDataFile, which comes last.
 *
 * After ITK's MetaIO. The rows of TransformMatrix are the directions of the axes in LPS; spacing is ElementSpacing, or
 * ElementSize where that is missing. A fourth dimension is time; channels lie side by side for each voxel.
 *
 * @module
 */
import type { Affine } from '@leanvox/volume'
import type { NiftiDatatype } from '../nifti-datatype.ts'
import { numberedName } from '../nrrd/nrrd-header.ts'
import type { Refuse } from '../origin.ts'
import { affineOfGrid, LPS, threeSteps, type Vector3 } from '../raster/lps.ts'
import { numbersOf } from '../raster/payload.ts'
import { rasterBytes } from '../raster/raster.ts'

/** The fields of a MetaImage header that reading needs, all checked. */
export interface MetaImageHeader {
  readonly datatype: NiftiDatatype
  readonly littleEndian: boolean
  /** Extents, x first, without channels. */
  readonly sizes: readonly number[]
  readonly channels: number
  readonly binary: boolean
  readonly compressed: boolean
  /** Bytes before the voxels of a file of their own; -1: the voxels are its last bytes. */
  readonly headerSize: number
  readonly affine: Affine
  readonly voxelBytes: number
  readonly voxelCount: number
  /** Names of the files with voxels; empty when they follow the header (LOCAL). */
  readonly dataFiles: readonly string[]
  /** First byte behind the header. */
  readonly end: number
  /** Every line of the header, by key in lower case. */
  readonly fields: Readonly<Record<string, string>>
}

const TYPES: Readonly<Record<string, NiftiDatatype>> = {
  MET_CHAR: 'int8',
  MET_UCHAR: 'uint8',
  MET_SHORT: 'int16',
  MET_USHORT: 'uint16',
  MET_INT: 'int32',
  MET_UINT: 'uint32',
  MET_LONG: 'int32', // four bytes in files, whatever the machine
  MET_ULONG: 'uint32',
  MET_LONG_LONG: 'int64',
  MET_ULONG_LONG: 'uint64',
  MET_FLOAT: 'float32',
  MET_DOUBLE: 'float64',
}

/** No honest header is longer, lists of files included. */
export const LONGEST_METAIMAGE_HEADER = 1 << 22
const MOST_FILES = 1 << 20

/** Whether the bytes begin as a MetaImage header does. */
export function isMetaImage(head: Uint8Array): boolean {
  const text = Buffer.from(head.subarray(0, 1024)).toString('latin1')
  return /^\s*(ObjectType|ObjectSubType|NDims|Comment|Name|TransformType)\s*=/.test(text) && /[\r\n]/.test(text)
}

/** Whether the bytes hold the line that ends a header. */
export function endsHeader(head: Uint8Array): boolean {
  return /(^|\n)\s*ElementDataFile\s*=[^\n]*\n/.test(Buffer.from(head).toString('latin1'))
}

/**
 * A checked header.
 *
 * @param bytes the file, or as much of it as holds the header
 * @throws what `refuse` throws (bad-header, unsupported, truncated)
 */
export function metaImageHeader(bytes: Uint8Array, refuse: Refuse): MetaImageHeader {
  const { fields, end, listed } = fieldsOf(bytes, refuse)
  const get = (...names: readonly string[]): string | undefined =>
    names.map((name) => fields.get(name.toLowerCase())).find((value) => value !== undefined)
  if (!/^image$/i.test(get('ObjectType') ?? 'Image')) refuse('unsupported', 'ObjectType Image', `${get('ObjectType')}`)
  const dimensions = Number(get('NDims') ?? refuse('bad-header', 'a line "NDims"', 'none'))
  if (![1, 2, 3, 4].includes(dimensions)) refuse('unsupported', 'NDims 1 to 4', `${dimensions}`)
  const datatype = typeOf(get('ElementType'), refuse)
  const sizes = vectorOf(get('DimSize') ?? '', { length: dimensions, what: 'DimSize', refuse })
  const channels = Number(get('ElementNumberOfChannels') ?? 1)
  const { count, bytes: voxelBytes } = rasterBytes([...sizes, channels], datatype, refuse)
  const dataFiles = dataFilesOf(get('ElementDataFile') ?? '', { listed, sizes, refuse })
  return {
    datatype,
    littleEndian: !isTrue(get('BinaryDataByteOrderMSB', 'ElementByteOrderMSB')),
    sizes,
    channels,
    binary: isTrue(get('BinaryData') ?? 'True'),
    compressed: isTrue(get('CompressedData')),
    headerSize: headerSizeOf(get('HeaderSize'), refuse),
    affine: affineOf({ get, dimensions }, refuse),
    voxelBytes,
    voxelCount: count,
    dataFiles,
    end,
    fields: Object.fromEntries(fields),
  }
}

interface Text {
  /** By key in lower case. */
  readonly fields: ReadonlyMap<string, string>
  readonly end: number
  /** Lines behind ElementDataFile, for a list. */
  readonly listed: readonly string[]
}

function fieldsOf(bytes: Uint8Array, refuse: Refuse): Text {
  const fields = new Map<string, string>()
  const limit = Math.min(bytes.length, LONGEST_METAIMAGE_HEADER)
  for (let at = 0; at < limit;) {
    const found = bytes.indexOf(0x0a, at)
    const end = found < 0 ? limit : found
    const line = Buffer.from(bytes.subarray(at, end)).toString('latin1').trim()
    at = end + 1
    if (line === '') continue
    const [, key, value] = /^([\w .()-]+?)\s*=\s*(.*)$/.exec(line) ?? []
    if (key === undefined) return refuse('bad-header', 'lines "Key = value"', JSON.stringify(line.slice(0, 40)))
    fields.set(key.toLowerCase(), value)
    if (key.toLowerCase() === 'elementdatafile') {
      const isList = /^LIST\b/i.test(value)
      const rest = isList ? Buffer.from(bytes.subarray(at, limit)).toString('utf8').split('\n') : []
      return { fields, end: Math.min(at, bytes.length), listed: rest.map((name) => name.trim()).filter(Boolean) }
    }
  }
  return refuse('truncated', 'a line "ElementDataFile"', 'the end of the header')
}

interface Wanted {
  readonly length: number
  readonly what: string
  readonly refuse: Refuse
}

function vectorOf(text: string, { length, what, refuse }: Wanted): number[] {
  const numbers = numbersOf(text)
  if (numbers?.length === length && numbers.every(Number.isFinite)) return numbers
  return refuse('bad-header', `${what} of ${length} numbers`, JSON.stringify(text.slice(0, 80)))
}

function isTrue(value: string | undefined): boolean {
  return value !== undefined && /^(t|1|y)/i.test(value)
}

function typeOf(name: string | undefined, refuse: Refuse): NiftiDatatype {
  const known = new Map(Object.entries(TYPES)).get((name ?? '').toUpperCase().replace(/_ARRAY$/, ''))
  return known ?? refuse('unsupported', 'an ElementType of numbers', name ?? 'none')
}

function headerSizeOf(text: string | undefined, refuse: Refuse): number {
  const size = Number(text ?? 0)
  return Number.isSafeInteger(size) && size >= -1 ? size : refuse('bad-header', 'HeaderSize >= -1', `${text}`)
}

function affineOf(
  {
    get,
    dimensions,
  }: { readonly get: (...names: readonly string[]) => string | undefined; readonly dimensions: number },
  refuse: Refuse,
): Affine {
  const field = (length: number, ...names: readonly string[]): number[] | undefined => {
    const text = get(...names)
    return text === undefined ? undefined : vectorOf(text, { length, what: names[0], refuse })
  }
  const identity = Array.from({ length: dimensions ** 2 }, (_, i) => (i % (dimensions + 1) === 0 ? 1 : 0))
  const matrix = field(dimensions ** 2, 'TransformMatrix', 'Rotation', 'Orientation') ?? identity
  const spacing = field(dimensions, 'ElementSpacing', 'ElementSize') ?? identity.slice(0, dimensions).fill(1)
  const offset = field(dimensions, 'Offset', 'Position', 'Origin') ?? []
  const space = Math.min(3, dimensions)
  const steps = Array.from({ length: space }, (_, axis): Vector3 => {
    const at = (i: number) => (i < space ? matrix[axis * dimensions + i] * spacing[axis] : 0)
    return [at(0), at(1), at(2)]
  })
  const [x = 0, y = 0, z = 0] = offset
  return affineOfGrid({ origin: [x, y, z], steps: threeSteps(steps) }, LPS, refuse)
}

function dataFilesOf(
  value: string,
  {
    listed,
    sizes,
    refuse,
  }: { readonly listed: readonly string[]; readonly sizes: readonly number[]; readonly refuse: Refuse },
): string[] {
  if (/^local$/i.test(value)) return []
  if (/^LIST\b/i.test(value)) {
    return listed.length > 0 ? [...listed] : refuse('bad-header', 'names of files behind LIST', 'none')
  }
  if (value === '') return refuse('bad-header', 'ElementDataFile LOCAL or a name', 'none')
  if (!/%0?\d*d/.test(value)) return [value]
  const [pattern, first = '1', last = `${sizes.at(-1)}`, step = '1'] = value.split(/\s+/)
  const count = Math.floor((Number(last) - Number(first)) / Number(step)) + 1
  if (!(count >= 1 && count <= MOST_FILES))
    refuse('bad-header', 'a series of files', JSON.stringify(value.slice(0, 80)))
  return Array.from({ length: count }, (_, i) => numberedName(pattern, Number(first) + i * Number(step)))
}
