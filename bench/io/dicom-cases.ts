/**
 * The DICOM series that the io benchmark reads: one file per slice, 12 of 16 bits with the CT's intercept of -1024, as scanners write them.
 *
 * The compressed one is RLE: pydicom decodes that by itself, without a plug-in.
 *
 * @module
 */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeFields, type Fields } from '../../packages/io-medical/src/dicom/encode-fields.ts'
import { TAG } from '../../packages/io-medical/src/dicom/tags.ts'
import type { Shape3 } from '../../packages/volume/src/index.ts'
import { ctVolume, type IoCase } from './cases.ts'

const CT = '1.2.840.10008.5.1.4.1.1.2'
const EXPLICIT = '1.2.840.10008.1.2.1'
const RLE = '1.2.840.10008.1.2.5'

export const dicomCases: readonly IoCase[] = [
  { kind: 'dicom', name: 'DICOM series, uncompressed int16', make: (folder, shape) => series(folder, shape, EXPLICIT) },
  { kind: 'dicom-rle', name: 'DICOM series, RLE', make: (folder, shape) => series(folder, shape, RLE) },
]

/** Slices in a random-looking order of names, so that sorting is part of the work. */
function series(root: string, shape: Shape3, syntax: string): Promise<string> {
  const folder = join(root, `dicom-${syntax === RLE ? 'rle-' : ''}${shape.join('x')}`)
  if (existsSync(folder)) return Promise.resolve(folder)
  const unfinished = `${folder}.part`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { recursive: true })
  const { data } = ctVolume(shape)
  const [depth, height, width] = shape
  const pixels = height * width
  for (let z = 0; z < depth; z++) {
    const stored = Uint16Array.from(data.subarray(z * pixels, (z + 1) * pixels), (value) => value + 1024)
    const name = `${String((z * 7919) % 100_003).padStart(6, '0')}.dcm`
    writeFileSync(join(unfinished, name), sliceFile(stored, { z, height, width, syntax }))
  }
  renameSync(unfinished, folder)
  return Promise.resolve(folder)
}

interface Slice {
  readonly z: number
  readonly height: number
  readonly width: number
  readonly syntax: string
}

function sliceFile(stored: Uint16Array, { z, height, width, syntax }: Slice): Buffer {
  const uid = `1.2.3.4.${z + 1}`
  const meta = encodeFields([
    [0x00020002, 'UI', CT],
    [0x00020003, 'UI', uid],
    [TAG.TransferSyntaxUID, 'UI', syntax],
  ])
  const header: Fields = [
    [TAG.SOPClassUID, 'UI', CT],
    [TAG.SOPInstanceUID, 'UI', uid],
    [TAG.Modality, 'CS', 'CT'],
    [TAG.SliceThickness, 'DS', '1'],
    [TAG.StudyInstanceUID, 'UI', '1.2.3'],
    [TAG.SeriesInstanceUID, 'UI', '1.2.3.4'],
    [TAG.InstanceNumber, 'IS', String(z + 1)],
    [TAG.ImagePositionPatient, 'DS', `-200\\-180\\${z - 100}`],
    [TAG.ImageOrientationPatient, 'DS', '1\\0\\0\\0\\1\\0'],
    [TAG.FrameOfReferenceUID, 'UI', '1.2.3.5'],
    [TAG.SamplesPerPixel, 'US', [1]],
    [TAG.PhotometricInterpretation, 'CS', 'MONOCHROME2'],
    [TAG.Rows, 'US', [height]],
    [TAG.Columns, 'US', [width]],
    [TAG.PixelSpacing, 'DS', '0.8\\0.8'],
    [TAG.BitsAllocated, 'US', [16]],
    [TAG.BitsStored, 'US', [12]],
    [TAG.HighBit, 'US', [11]],
    [TAG.PixelRepresentation, 'US', [0]],
    [TAG.RescaleIntercept, 'DS', '-1024'],
    [TAG.RescaleSlope, 'DS', '1'],
  ]
  const start = [Buffer.alloc(128), Buffer.from('DICM'), encodeFields([[0x00020000, 'UL', [meta.length]]]), meta]
  const bytes = new Uint8Array(stored.buffer)
  if (syntax !== RLE) return Buffer.concat([...start, encodeFields([...header, [TAG.PixelData, 'OW', bytes]])])
  return Buffer.concat([...start, encodeFields(header), encapsulated(rleFrame(bytes, width))])
}

/** One frame without offset table. */
function encapsulated(frame: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(frame.length)
  const opening = [
    0xe0, 0x7f, 0x10, 0, 0x4f, 0x42, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xff, 0, 0xe0, 0, 0, 0, 0, 0xfe, 0xff, 0, 0xe0,
  ]
  return Buffer.concat([Buffer.from(opening), length, frame, Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0])])
}

function rleFrame(bytes: Uint8Array, width: number): Buffer {
  const planes = [1, 0].map((first) => {
    const plane = Uint8Array.from({ length: bytes.length / 2 }, (_, i) => bytes[2 * i + first])
    const rows = Array.from({ length: plane.length / width }, (_, row) =>
      packBits(plane.subarray(row * width, (row + 1) * width)),
    )
    const packed = rows.flat()
    return Buffer.from(packed.length % 2 === 0 ? packed : [...packed, 0])
  })
  const head = Buffer.alloc(64)
  head.writeUInt32LE(2, 0)
  head.writeUInt32LE(64, 4)
  head.writeUInt32LE(64 + planes[0].length, 8)
  return Buffer.concat([head, ...planes])
}

/** PackBits of one row (PS3.5, G.3.1): runs of 2 and more, literals of up to 128. */
function packBits(row: Uint8Array): number[] {
  const out: number[] = []
  for (let at = 0; at < row.length;) {
    const run = runAt(row, at)
    if (run > 1) {
      out.push(257 - run, row[at])
      at += run
      continue
    }
    const start = at
    while (at < row.length && at - start < 128 && runAt(row, at) < 3) at++
    out.push(at - start - 1, ...row.subarray(start, at))
  }
  return out
}

function runAt(row: Uint8Array, at: number): number {
  let end = at + 1
  while (end < row.length && end - at < 128 && row[end] === row[at]) end++
  return end - at
}
