/**
 * Small DICOM files to begin from: two made here, the fixtures of the DICOM reader, and where LEANVOX_CONFORMANCE_DICOM names a
 * folder of other projects' test files, the small ones of those. Inputs that grew from such a folder are not ours to keep in `kept`.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SMALL = 12_000
const LONG = new Set(['OB', 'OW', 'SQ', 'UN'])

/** Every seed. */
export function dicomSeeds(): Uint8Array[] {
  const own = fileURLToPath(new URL('../fixtures/dicom', import.meta.url))
  const others = process.env['LEANVOX_CONFORMANCE_DICOM']
  const made = [slice('1.2.840.10008.1.2.1', Buffer.alloc(8, 7)), slice('1.2.840.10008.1.2.5', runLengths())]
  return [...made, ...smallFiles(own), ...(others === undefined ? [] : smallFiles(others))]
}

function smallFiles(folder: string): Uint8Array[] {
  if (!existsSync(folder)) return []
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => join(folder, name))
  const small = paths.filter((path) => statSync(path).isFile() && statSync(path).size < SMALL)
  return small.map((path) => new Uint8Array(readFileSync(path)))
}

/** A slice of 2 x 2 voxels of 16 bits, explicit little-endian. */
function slice(syntax: string, pixels: Buffer): Uint8Array {
  const meta = element(0x00020010, 'UI', syntax)
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    element(0x00020000, 'UL', words32(meta.length)),
    meta,
    element(0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2'),
    element(0x00200032, 'DS', '1\\2\\3'),
    element(0x00200037, 'DS', '1\\0\\0\\0\\1\\0'),
    element(0x00280002, 'US', words16(1)),
    element(0x00280004, 'CS', 'MONOCHROME2'),
    element(0x00280010, 'US', words16(2)),
    element(0x00280011, 'US', words16(2)),
    element(0x00280030, 'DS', '0.5\\0.75'),
    ...[0x0100, 0x0101].map((tag) => element(0x00280000 + tag, 'US', words16(16))),
    element(0x00280102, 'US', words16(15)),
    element(0x00280103, 'US', words16(1)),
    element(0x00281052, 'DS', '-1024'),
    element(0x00281053, 'DS', '1'),
    syntax.endsWith('.5') ? encapsulated(pixels) : element(0x7fe00010, 'OW', pixels),
  ])
}

function element(tag: number, kind: string, value: Buffer | string): Buffer {
  const text = typeof value === 'string' ? Buffer.from(value.length % 2 === 0 ? value : `${value} `) : value
  const size = LONG.has(kind) ? Buffer.concat([words16(0), words32(text.length)]) : words16(text.length)
  return Buffer.concat([words16(tag >>> 16), words16(tag & 0xffff), Buffer.from(kind), size, text])
}

function encapsulated(frame: Buffer): Buffer {
  const item = (bytes: Buffer) => Buffer.concat([words16(0xfffe), words16(0xe000), words32(bytes.length), bytes])
  const start = Buffer.concat([words16(0x7fe0), words16(0x0010), Buffer.from('OB'), words16(0), words32(0xffffffff)])
  return Buffer.concat([start, item(Buffer.alloc(0)), item(frame), words16(0xfffe), words16(0xe0dd), words32(0)])
}

/** Two segments (high and low bytes) of four equal bytes each: DICOM's run lengths. */
function runLengths(): Buffer {
  const header = Buffer.concat([words32(2), words32(64), words32(66), Buffer.alloc(52)])
  return Buffer.concat([header, Buffer.of(253, 0), Buffer.of(253, 9)])
}

function words16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}

function words32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
