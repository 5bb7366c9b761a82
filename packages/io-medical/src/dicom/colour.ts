/**
 * Colours to red, green and blue: YBR_FULL and uncompressed YBR_FULL_422 (PS3.3, C.7.6.3.1.2, with 8 bits), palettes
 * (C.7.9).
 *
 * @module
 */
import type { Dataset } from './dataset.ts'
import type { DicomHeader } from './dicom-header.ts'
import type { Samples } from './frame-format.ts'
import { refuse } from './refuse.ts'
import { TAG } from './tags.ts'

/** A palette: three tables of colours, and the stored value of their first entry. */
export interface Palette {
  readonly first: number
  readonly colours: readonly (Uint8Array | Uint16Array)[]
}

/** 8-bit YCbCr samples, in place, to RGB. */
export function ybrToRgb(samples: Samples, pixels: number): void {
  const { data, planar } = samples
  const [step, next] = planar ? [1, pixels] : [3, 1]
  for (let i = 0, at = 0; i < pixels; i++, at += step) {
    const [y, cb, cr] = [data[at], data[at + next] - 128, data[at + 2 * next] - 128]
    data[at] = clamped(y + 1.402 * cr)
    data[at + next] = clamped(y - 0.3441362862 * cb - 0.7141362862 * cr)
    data[at + 2 * next] = clamped(y + 1.772 * cb)
  }
}

function clamped(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : Math.floor(value + 0.5)
}

/** Two pixels of Y Y Cb Cr to two of Y Cb Cr. */
export function expand422(packed: Uint8Array, pixels: number): Uint8Array {
  const full = new Uint8Array(pixels * 3)
  for (let from = 0, to = 0; to < full.length; from += 4, to += 6) {
    full[to] = packed[from]
    full[to + 3] = packed[from + 1]
    full[to + 1] = full[to + 4] = packed[from + 2]
    full[to + 2] = full[to + 5] = packed[from + 3]
  }
  return full
}

/** The palette of a PALETTE COLOR image. @throws MedicalImageError (bad-dicom, unsupported) */
export function readPalette(dataset: Dataset): Palette {
  const { name } = dataset.region
  if (dataset.has(TAG.RedPaletteSegments) && !dataset.has(TAG.RedPaletteData)) {
    refuse(name, { code: 'unsupported', expected: 'a plain palette', found: 'a segmented one' })
  }
  const channels = [
    [TAG.RedPaletteDescriptor, TAG.RedPaletteData],
    [TAG.GreenPaletteDescriptor, TAG.GreenPaletteData],
    [TAG.BluePaletteDescriptor, TAG.BluePaletteData],
  ]
  const tables = channels.map(([descriptor, data]) => readTable(dataset, descriptor, data))
  if (tables.some(({ colours }) => colours.length !== tables[0].colours.length)) {
    refuse(name, { code: 'bad-dicom', expected: 'palette tables of one length', found: 'several' })
  }
  return { first: tables[0].first, colours: tables.map(({ colours }) => colours) }
}

function readTable(
  dataset: Dataset,
  descriptor: number,
  tag: number,
): { first: number; colours: Uint8Array | Uint16Array } {
  const place = dataset.bytes(descriptor)
  const data = dataset.bytes(tag)
  const { littleEndian, name } = dataset.region
  if (place.length < 6)
    refuse(name, { code: 'bad-dicom', expected: 'a palette descriptor', found: `${place.length} bytes` })
  const view = new DataView(place.buffer, place.byteOffset)
  const count = view.getUint16(0, littleEndian) || 65536
  const bits = view.getUint16(4, littleEndian)
  const wide = bits === 16 || data.length >= 2 * count
  if (data.length < count * (wide ? 2 : 1)) {
    refuse(name, { code: 'truncated', expected: `${count} palette entries`, found: `${data.length} bytes` })
  }
  const words = new DataView(data.buffer, data.byteOffset, data.length)
  const entry = (i: number) => (wide ? words.getUint16(2 * i, littleEndian) : data[i])
  const colours = Array.from({ length: count }, (_, i) => entry(i))
  return {
    first: view.getUint16(2, littleEndian),
    colours: bits === 16 ? Uint16Array.from(colours) : Uint8Array.from(colours),
  }
}

const READ = ['MONOCHROME1', 'MONOCHROME2', 'PALETTE COLOR', 'RGB', 'YBR_FULL', 'YBR_FULL_422', 'YBR_ICT', 'YBR_RCT']

/** @throws MedicalImageError (unsupported, bad-dicom) for colours that are not read */
export function checkPhotometric({ photometric, samples, bitsAllocated }: DicomHeader, name: string): void {
  if (!READ.includes(photometric)) {
    refuse(name, {
      code: 'unsupported',
      expected: `a photometric interpretation of ${READ.join(', ')}`,
      found: photometric,
    })
  }
  const grey = photometric.startsWith('MONO') || photometric === 'PALETTE COLOR'
  if (grey !== (samples === 1)) {
    refuse(name, { code: 'bad-dicom', expected: `samples that fit ${photometric}`, found: String(samples) })
  }
  if (photometric.startsWith('YBR_FULL') && bitsAllocated !== 8) {
    refuse(name, { code: 'unsupported', expected: '8 bits in YCbCr', found: String(bitsAllocated) })
  }
}
