/**
 * What is fuzzed: every reader that takes bytes of unknown origin, with the inputs to begin from.
 *
 * Stated bound: a reader asks for at most 32 bytes of array buffers per byte of its input, and 1 MiB; 1032 times that for
 * compressed inputs, since one byte of deflate holds at most 1032. Every refusal is a MedicalImageError.
 *
 * @module
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { constants, gunzipSync, gzipSync } from 'node:zlib'
import { createVolume } from '@leanvox/volume'
import { isMedicalImageError } from '../src/errors.ts'
import { inflateGzip } from '../src/inflate/inflate-gzip.ts'
import { decodeImage2d } from '../src/images/read-image-2d.ts'
import { readTable } from '../src/images/read-table.ts'
import { readDataset } from '../src/read-dataset.ts'
import { dicomSeeds } from './dicom-seeds.ts'
import { decodeMetaImage } from '../src/metaimage/read-metaimage.ts'
import { encodeMetaImage } from '../src/metaimage/write-metaimage.ts'
import { decodeNrrd } from '../src/nrrd/read-nrrd.ts'
import { encodeNrrd } from '../src/nrrd/write-nrrd.ts'
import { encodeNifti } from '../src/encode-nifti.ts'
import { readImage } from '../src/read-image.ts'
import { decodeNifti } from '../src/read-nifti.ts'

/** One reader under test. */
export interface FuzzTarget {
  readonly name: string
  readonly read: (bytes: Uint8Array) => unknown
  readonly seeds: () => Uint8Array[]
  readonly words: readonly Uint8Array[]
  /** Whether a failure is one that callers are promised. */
  readonly isTagged: (error: unknown) => boolean
  /** Most bytes of array buffers for this input. */
  readonly mostBytes: (bytes: Uint8Array) => number
  /** Damages what is inside a container; undefined where the bytes themselves are to be damaged. */
  readonly mutate?: (bytes: Uint8Array, damage: (bytes: Uint8Array) => Uint8Array) => Uint8Array | undefined
}

const MEBIBYTE = 1 << 20
const PER_BYTE = 32
const DEFLATE = 1032
const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url))

/** Every target; those of a reader that is not there are left out. */
export async function fuzzTargets(): Promise<FuzzTarget[]> {
  return [
    nifti(),
    gzip(),
    inflater(),
    nrrd(),
    metaImage(),
    ...pictures(),
    anyImage(),
    table(),
    datasetJson(),
    ...(await dicom()),
  ]
}

function target(parts: Pick<FuzzTarget, 'name' | 'read' | 'seeds'> & Partial<FuzzTarget>): FuzzTarget {
  return {
    words: [],
    isTagged: (error) => isMedicalImageError(error),
    mostBytes: ({ length }) => PER_BYTE * length + MEBIBYTE,
    ...parts,
  }
}

function compressed({ length }: Uint8Array): number {
  return PER_BYTE * DEFLATE * length + MEBIBYTE
}

function words(...texts: readonly string[]): Uint8Array[] {
  return texts.map((text) => Buffer.from(text, 'latin1'))
}

function nifti(): FuzzTarget {
  return target({
    name: 'nifti',
    read: (bytes) => decodeNifti(bytes, { name: 'fuzz.nii' }),
    seeds: () => [...niftiSeeds().map(unpacked), ...files('odd', /\.hdr$/)],
    words: words('n+1\0', 'n+2\0\r\n\x1a\n', 'ni1\0', '\x5c\x01\0\0', '\0\0\x01\x5c', '\x1c\x02\0\0'),
    mostBytes: (bytes) => (isPacked(bytes) ? compressed(bytes) : PER_BYTE * bytes.length + MEBIBYTE),
  })
}

function gzip(): FuzzTarget {
  return target({
    name: 'nifti-gzip',
    read: (bytes) => decodeNifti(bytes, { name: 'fuzz.nii.gz' }),
    seeds: () => [...niftiSeeds().filter(isPacked), twoMembers()],
    mostBytes: compressed,
    mutate: insideGzip,
  })
}

/** The WebAssembly inflater, which large files go through: what it calls sound must be what zlib makes of it. */
function inflater(): FuzzTarget {
  const text = Buffer.from(Array.from({ length: 900 }, (_, i) => `${i % 97} ${i ** 2} `).join(''))
  const { Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE } = constants
  const packed = [{ level: 0 }, { level: 9 }, { strategy: Z_FIXED }, { strategy: Z_HUFFMAN_ONLY }, { strategy: Z_RLE }]
  return target({
    name: 'inflate',
    read: asZlib,
    seeds: () => [...packed.map((options) => gzipSync(text, options)), ...niftiSeeds().filter(isPacked), twoMembers()],
    // Its pieces, tables and WebAssembly memory are of fixed size.
    mostBytes: (bytes) => compressed(bytes) + 8 * MEBIBYTE,
    mutate: insideGzip,
  })
}

async function asZlib(bytes: Uint8Array): Promise<void> {
  const length =
    bytes.length < 18 ? 0 : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).readUInt32LE(bytes.length - 4)
  if (length > MEBIBYTE) return
  const readAt = async (into: Uint8Array, position: number) => {
    const piece = bytes.subarray(position, position + into.length)
    into.set(piece)
    return piece.length
  }
  const ours = await inflateGzip(readAt, { start: 0, end: bytes.length, length, room: length + 1 }, 0)
  if (ours === undefined) return
  const zlibs = gunzipSync(bytes, { maxOutputLength: MEBIBYTE })
  if (Buffer.compare(ours, zlibs) !== 0) throw new Error('inflate: expected what zlib gives')
}

/** Half of the time the content is damaged and packed again, so that the checksum holds. */
function insideGzip(bytes: Uint8Array, damage: (bytes: Uint8Array) => Uint8Array): Uint8Array | undefined {
  if ((bytes.at(-1) ?? 0) % 2 === 0) return undefined
  try {
    return gzipSync(damage(gunzipSync(bytes, { maxOutputLength: MEBIBYTE })))
  } catch {
    return undefined // already damaged outside
  }
}

function twoMembers(): Uint8Array {
  const plain = readFileSync(join(fixtures, 'nibabel/plain.nii'))
  return Buffer.concat([gzipSync(plain.subarray(0, 360)), gzipSync(plain.subarray(360))])
}

function niftiSeeds(): Uint8Array[] {
  return [...files('nibabel', /little-nifti[12]|big-nifti1|qform|four|extension|plain/), ...files('odd', /\.nii/)]
}

const tiny = createVolume({
  data: Int16Array.from({ length: 24 }, (_, i) => 99 * i),
  shape: [2, 3, 4],
  spacing: [3, 2, 1],
})

function nrrd(): FuzzTarget {
  const header = 'NRRD0004\ntype: short\ndimension: 3\nsizes: 3 2 1\nendian: big\n'
  const text = `${header}encoding: ascii\nspace: RAS\nspace directions: (1,0,0) (0,2,0) (0,0,3)\nline skip: 1\n\nx\n1 2 3 4 5 6`
  const hex = `${header}encoding: hex\nkinds: RGB-color domain domain\nkey:=value\n# comment\n\n000100020003000400050006`
  return target({
    name: 'nrrd',
    read: (bytes) => decodeNrrd(bytes, { name: 'fuzz.nrrd' }),
    seeds: () => [
      encodeNrrd(tiny, { coding: 'raw' }),
      encodeNrrd([tiny, tiny], { components: 2, keys: { note: 'a\nb' } }),
      Buffer.from(text),
      Buffer.from(hex),
    ],
    words: words(
      ...[
        'space: ',
        'space directions: ',
        'none',
        '(nan,0,0)',
        'spacings: ',
        'kinds: ',
        'vector',
        'time',
        'encoding: gzip',
      ],
      ...[
        'encoding: hex',
        'encoding: raw',
        'byte skip: -1',
        'line skip: 3',
        'data file: LIST',
        'type: double',
        'type: uint8',
      ],
      ...['type: longlong', 'sizes: ', 'dimension: 16', '1e999', '\n\n', ':='],
    ),
    mostBytes: compressed,
  })
}

function metaImage(): FuzzTarget {
  const text =
    'NDims = 2\nDimSize = 3 1\nElementType = MET_FLOAT\nBinaryData = False\nElementDataFile = LOCAL\n1 nan -2e3'
  const channels =
    'NDims = 1\nDimSize = 2\nElementNumberOfChannels = 3\nElementType = MET_UCHAR\nElementDataFile = LOCAL\nabcdef'
  return target({
    name: 'metaimage',
    read: (bytes) => decodeMetaImage(bytes, { name: 'fuzz.mha' }),
    seeds: () => [
      encodeMetaImage(tiny, { compressed: false }),
      encodeMetaImage([tiny, tiny, tiny, tiny], { components: 2 }),
      Buffer.from(text),
      Buffer.from(channels),
    ],
    words: words(
      ...[
        'NDims = 4',
        'MET_DOUBLE',
        'MET_LONG_LONG',
        'MET_CHAR_ARRAY',
        'ElementSize = ',
        'HeaderSize = -1',
        'True',
        'LIST',
      ],
      ...[
        'ElementByteOrderMSB = True',
        'CompressedData = True',
        'TransformMatrix = ',
        '%03d',
        'Offset = ',
        '\r\n',
        ' = ',
      ],
    ),
    mostBytes: compressed,
  })
}

/** What `readImage` takes a file for is decided by its bytes. */
function anyImage(): FuzzTarget {
  return target({
    name: 'image',
    read: viaFile('image', readImage),
    seeds: () => [
      encodeNifti(tiny),
      encodeNrrd(tiny),
      encodeMetaImage(tiny),
      ...files('pictures', /^(grey8.bmp|grey.png)$/),
      ...files('tiff', /^(grey8|pages8)/),
      Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]),
    ],
    words: words(
      'DICM',
      'NRRD0004\n',
      'ObjectType = Image\n',
      'n+1\0',
      'BM',
      'II*\0',
      '\x1f\x8b\x08',
      'GIF8',
      '\0\0\0\x01',
    ),
    mostBytes: (bytes) => compressed(bytes) + 2 * 4096 * 1024,
  })
}

/** DICOM files, and segmentations where their reader is there. */
async function dicom(): Promise<FuzzTarget[]> {
  const { decodeDicom, ...others } = await import('../src/dicom/index.ts')
  // The reader of segmentations may not be there.
  const { decodeDicomSeg } = others as { decodeDicomSeg?: (bytes: Uint8Array) => Promise<unknown> }
  const tags = words(
    '\x28\0\x10\0US\x02\0',
    '\xe0\x7f\x10\0OW\0\0',
    '\xfe\xff\0\xe0',
    '\xfe\xff\xdd\xe0',
    'SQ',
    'OB',
    'DICM',
    '1.2.840.10008.1.2.4.90',
  )
  const parts = { seeds: dicomSeeds, words: tags, mostBytes: compressed }
  return [
    target({ ...parts, name: 'dicom', read: (bytes) => decodeDicom(bytes, { name: 'fuzz.dcm' }) }),
    ...(decodeDicomSeg ? [target({ ...parts, name: 'dicom-seg', read: (bytes) => decodeDicomSeg(bytes) })] : []),
  ]
}

function pictures(): FuzzTarget[] {
  const read = (bytes: Uint8Array) => decodeImage2d(bytes, { name: 'fuzz picture' })
  return [
    target({ name: 'bmp', read, seeds: () => files('pictures', /\.bmp$/), words: words('BM') }),
    target({
      name: 'picture',
      read,
      seeds: () => [...files('pictures', /\.(png|jpg|gif)$/), ...files('tiff', /\.tif$/)],
      words: words('IHDR', 'PLTE', 'IDAT', 'tRNS', 'IEND', '\xff\xc0', '\xff\xc4', '\xff\xda', 'II*\0', 'MM\0*'),
      mostBytes: ({ length }) => 2 * 2048 * length + 2 * MEBIBYTE,
    }),
  ]
}

function table(): FuzzTarget {
  return target({
    name: 'table',
    read: viaFile('table.csv', (path) => readTable(path, { id: 'id' })),
    seeds: () =>
      words('id,a,b\n1,2,3\n4,,"x ""y"""\n', 'id;a\r\nx;1\r\ny;2', '\xef\xbb\xbfid\ta\n1\t2\n', 'id\n', 'id,id\n1,2'),
    words: words('"', '""', ',', ';', '\t', '\r\n', '\n', '\xef\xbb\xbf', '\0'),
  })
}

function datasetJson(): FuzzTarget {
  const msd = { name: 'a', labels: { 0: 'background', 1: 'x' }, modality: { 0: 'CT' }, numTraining: 1 }
  const training = [{ image: './imagesTr/a.nii.gz', label: './labelsTr/a.nii.gz' }]
  const nnunet = { channel_names: { 0: 'CT' }, labels: { background: 0, x: 1 }, file_ending: '.nii.gz' }
  const regions = { ...nnunet, labels: { background: 0, whole: [1, 2], core: 2 }, numTraining: 3 }
  return target({
    name: 'dataset-json',
    read: viaFile('dataset.json', (path) => readDataset(join(path, '..'))),
    seeds: () => [{ ...msd, training }, { ...msd, training, test: ['./imagesTs/b.nii.gz'] }, nnunet, regions].map(json),
    words: words('{}', '[]', 'null', '"', '-1', '1e999', '{"training":', '../', '__proto__', '"labels":'),
  })
}

function json(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value))
}

/** A reader of paths, given the bytes as a file of a folder of its own. */
function viaFile(name: string, read: (path: string) => Promise<unknown>): (bytes: Uint8Array) => Promise<unknown> {
  const path = join(mkdtempSync(join(tmpdir(), 'leanvox-fuzz-')), name)
  return (bytes) => {
    writeFileSync(path, bytes)
    return read(path)
  }
}

/** Fixtures of up to 32 KiB. */
function files(folder: string, wanted: RegExp): Uint8Array[] {
  const path = join(fixtures, folder)
  if (!existsSync(path)) return []
  const names = readdirSync(path).filter((name) => wanted.test(name))
  return names.map((name) => new Uint8Array(readFileSync(join(path, name)))).filter(({ length }) => length < 1 << 15)
}

function isPacked(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

function unpacked(bytes: Uint8Array): Uint8Array {
  return isPacked(bytes) ? gunzipSync(bytes) : bytes
}
