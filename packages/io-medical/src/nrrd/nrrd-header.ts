/**
 * NRRD headers: what the fields mean for voxels, files and geometry.
 *
 * Axes of space are those with a direction; without directions those of the kinds "domain" and "space", else the first three.
 * Spaces other than RAS, LAS and LPS, and files without any, are taken as LPS, as ITK does.
 *
 * @module
 */
import type { Affine } from '@leanvox/volume'
import type { NiftiDatatype } from '../nifti-datatype.ts'
import type { Refuse } from '../origin.ts'
import { numbersOf } from '../raster/payload.ts'
import { rasterBytes } from '../raster/raster.ts'
import { nrrdGeometry } from './nrrd-geometry.ts'
import { nrrdText, type NrrdText } from './nrrd-fields.ts'

/** How the voxels of an NRRD file are coded. */
export type NrrdCoding = 'raw' | 'gzip' | 'ascii' | 'hex'

/** The fields of an NRRD header that reading needs, all checked. */
export interface NrrdHeader {
  readonly version: number
  readonly datatype: NiftiDatatype
  readonly littleEndian: boolean
  readonly coding: NrrdCoding
  /** Extents, the fastest axis first. */
  readonly sizes: readonly number[]
  readonly kinds: readonly string[]
  /** Axes of space, as voxels along x, y, z. */
  readonly spatialAxes: readonly number[]
  /** Axes of colours, vectors and the like. */
  readonly componentAxes: readonly number[]
  readonly space: string | undefined
  readonly affine: Affine
  readonly voxelBytes: number
  readonly voxelCount: number
  readonly lineSkip: number
  /** -1: the voxels are the last bytes of the file. */
  readonly byteSkip: number
  /** Names of the files with voxels; empty when they follow the header. */
  readonly dataFiles: readonly string[]
  /** First byte behind the header; undefined in a header of its own. */
  readonly end: number | undefined
  /** Keys that the writer added, such as a scanner's `DWMRI_b-value`. */
  readonly keys: Readonly<Record<string, string>>
  readonly content: string
}

const TYPES: readonly (readonly [NiftiDatatype, RegExp])[] = [
  ['int8', /^(signed char|int8|int8_t)$/],
  ['uint8', /^(uchar|unsigned char|uint8|uint8_t)$/],
  ['int16', /^(short|short int|signed short|signed short int|int16|int16_t)$/],
  ['uint16', /^(ushort|unsigned short|unsigned short int|uint16|uint16_t)$/],
  ['int32', /^(int|signed int|int32|int32_t)$/],
  ['uint32', /^(uint|unsigned int|uint32|uint32_t)$/],
  ['int64', /^(longlong|(signed )?long long( int)?|int64|int64_t)$/],
  ['uint64', /^(ulonglong|unsigned long long( int)?|uint64|uint64_t)$/],
  ['float32', /^float$/],
  ['float64', /^double$/],
]

const CODINGS: Readonly<Record<string, NrrdCoding>> = {
  raw: 'raw',
  gz: 'gzip',
  gzip: 'gzip',
  txt: 'ascii',
  text: 'ascii',
  ascii: 'ascii',
  hex: 'hex',
}

/** Files of a numbered series; no honest one is longer. */
const MOST_FILES = 1 << 20

/**
 * A checked header.
 *
 * @param bytes the file, or as much of it as holds the header
 * @throws what `refuse` throws (bad-header, unsupported)
 */
export function nrrdHeader(bytes: Uint8Array, refuse: Refuse): NrrdHeader {
  const text = nrrdText(bytes, refuse)
  const { fields } = text
  const datatype = typeOf(wanted(fields, 'type', refuse), refuse)
  const coding = codingOf(wanted(fields, 'encoding', refuse), refuse)
  const sizes = sizesOf(text, refuse)
  const { count, bytes: voxelBytes } = rasterBytes(sizes, datatype, refuse)
  const kinds = fields.has('kinds') ? perAxis(fields, 'kinds', { sizes, refuse }) : sizes.map(() => '???')
  return {
    version: text.version,
    datatype,
    littleEndian: isLittleEndian(fields.get('endian'), { coding, bytes: voxelBytes / count }, refuse),
    coding,
    sizes,
    kinds,
    ...nrrdGeometry({ fields, sizes, kinds }, refuse),
    voxelBytes,
    voxelCount: count,
    lineSkip: skip(fields, 'lineskip', { least: 0, refuse }),
    byteSkip: skip(fields, 'byteskip', { least: coding === 'raw' ? -1 : 0, refuse }),
    dataFiles: dataFilesOf(text, refuse),
    end: text.end,
    keys: text.keys,
    content: fields.get('content') ?? '',
  }
}

function wanted(fields: NrrdText['fields'], name: string, refuse: Refuse): string {
  return fields.get(name) ?? refuse('bad-header', `a field "${name}"`, 'none')
}

function typeOf(name: string, refuse: Refuse): NiftiDatatype {
  const found = TYPES.find(([, names]) => names.test(name.toLowerCase().replace(/\s+/g, ' ')))
  return found?.[0] ?? refuse('unsupported', 'a type of numbers', JSON.stringify(name))
}

function codingOf(name: string, refuse: Refuse): NrrdCoding {
  const wanted = 'encoding raw, gzip, ascii or hex'
  return new Map(Object.entries(CODINGS)).get(name.toLowerCase()) ?? refuse('unsupported', wanted, JSON.stringify(name))
}

function sizesOf({ fields }: NrrdText, refuse: Refuse): number[] {
  const dimension = Number(wanted(fields, 'dimension', refuse))
  if (!(Number.isInteger(dimension) && dimension >= 1 && dimension <= 16)) {
    refuse('bad-header', 'dimension 1 to 16', JSON.stringify(fields.get('dimension')))
  }
  const sizes = numbersOf(wanted(fields, 'sizes', refuse)) ?? []
  if (sizes.length !== dimension) refuse('bad-header', `${dimension} sizes`, JSON.stringify(fields.get('sizes')))
  return sizes
}

/** Words of a field, one for each axis; quoted ones may hold spaces. */
function perAxis(
  fields: NrrdText['fields'],
  name: string,
  { sizes, refuse }: { readonly sizes: readonly number[]; readonly refuse: Refuse },
): string[] {
  const words = (fields.get(name) ?? '').match(/"[^"]*"|\S+/g) ?? []
  if (words.length !== sizes.length) refuse('bad-header', `${sizes.length} ${name}`, `${words.length}`)
  return words
}

function isLittleEndian(
  endian: string | undefined,
  { coding, bytes }: { readonly coding: NrrdCoding; readonly bytes: number },
  refuse: Refuse,
): boolean {
  if (endian !== undefined && /^(little|big)$/i.test(endian)) return endian.toLowerCase() === 'little'
  if (bytes === 1 || coding === 'ascii') return true
  return refuse('bad-header', 'endian little or big', endian === undefined ? 'none' : JSON.stringify(endian))
}

function skip(
  fields: NrrdText['fields'],
  name: 'lineskip' | 'byteskip',
  { least, refuse }: { readonly least: number; readonly refuse: Refuse },
): number {
  const value = Number(fields.get(name) ?? 0)
  return Number.isSafeInteger(value) && value >= least
    ? value
    : refuse('bad-header', `${name} >= ${least}`, JSON.stringify(fields.get(name)))
}

function dataFilesOf({ fields, listed, end }: NrrdText, refuse: Refuse): string[] {
  const value = fields.get('datafile')
  if (value === undefined) {
    return end === undefined ? refuse('truncated', 'an empty line behind the header, or a data file', 'neither') : []
  }
  if (value.startsWith('LIST')) {
    const names = listed.map((name) => name.trim()).filter((name) => name !== '')
    return names.length > 0 ? names : refuse('bad-header', 'names of files behind LIST', 'none')
  }
  const series = /^(.*%0?\d*d\S*)\s+(-?\d+)\s+(-?\d+)\s+(-?\d+)(\s+\d+)?$/.exec(value)
  return series ? numbered(series, refuse) : [value]
}

/** `name%03d.raw 1 20 1`: from, to, step. */
function numbered([, pattern, first, last, step]: RegExpExecArray, refuse: Refuse): string[] {
  const [from, to, by] = [Number(first), Number(last), Number(step)]
  const count = by === 0 ? 0 : Math.floor((to - from) / by) + 1
  if (!(count >= 1 && count <= MOST_FILES)) refuse('bad-header', 'a series of files', `${from} to ${to} by ${by}`)
  return Array.from({ length: count }, (_, i) => numberedName(pattern, from + i * by))
}

/** The name with the number in place of `%d` or `%03d`. */
export function numberedName(pattern: string, number: number): string {
  return pattern.replace(/%(0?)(\d*)d/, (_, zero: string, width: string) =>
    String(number).padStart(Math.min(Number(width), 32), zero === '' ? ' ' : '0'),
  )
}
