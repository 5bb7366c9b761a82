/**
 * Masks to label maps: which pixel value stands for which label, and what to do with values that stand for none.
 *
 * A mask is one grey value per pixel. Colours whose red, green and blue agree are grey; other colours, and pixels that are
 * not opaque, have no agreed meaning and are refused.
 *
 * @module
 */
import { MedicalImageError } from '../errors.ts'
import { hasAlpha, isOpaque, type Image2d } from './image-2d.ts'
import type { MaskRule } from './image-dataset.ts'

/** A label map [height, width], and how many of its pixels were taken for the nearest listed value. */
export interface MaskLabels {
  readonly labels: Uint8Array
  readonly nearest: number
}

/**
 * The labels of a decoded mask.
 *
 * @param options.file what errors call the mask
 * @throws MedicalImageError (mask-value, unsupported) naming the value; RangeError for labels that are not in 0..255
 */
export function maskLabels(mask: Image2d, { rule, file }: { rule: MaskRule; file: string }): MaskLabels {
  const table = labelTable(rule)
  const grey = eightBits(greyOf(mask, file), file)
  const labels = new Uint8Array(grey.length)
  let nearest = 0
  for (let i = 0; i < grey.length; i++) {
    const label = table.labels[grey[i]]
    if (label < 0) throw unknownValue(file, { rule, value: grey[i], pixel: i, width: mask.width })
    labels[i] = label
    nearest += table.isNearest[grey[i]]
  }
  return { labels, nearest }
}

/** Label of each of the 256 values, -1 for none. */
function labelTable(rule: MaskRule): { labels: Int16Array; isNearest: Uint8Array } {
  const isNearest = new Uint8Array(256)
  if (rule.kind === 'threshold') {
    return { labels: Int16Array.from({ length: 256 }, (_, value) => Number(value > rule.above)), isNearest }
  }
  const listed = Object.entries(rule.labels).map(([value, label]) => [Number(value), label] as const)
  for (const [value, label] of listed) checkEntry(value, label)
  const labels = new Int16Array(256).fill(-1)
  for (let value = 0; value < 256; value++) {
    const byDistance = listed.toSorted((a, b) => Math.abs(a[0] - value) - Math.abs(b[0] - value) || a[0] - b[0])
    const [closest] = byDistance
    if (closest === undefined || Math.abs(closest[0] - value) > (rule.tolerance ?? 0)) continue
    labels[value] = closest[1]
    isNearest[value] = Number(closest[0] !== value)
  }
  return { labels, isNearest }
}

function checkEntry(value: number, label: number): void {
  const isByte = (number: number) => Number.isInteger(number) && number >= 0 && number <= 255
  if (isByte(value) && isByte(label)) return
  throw new RangeError(`maskLabels: expected values and labels in 0..255, got ${value}: ${label}`)
}

/** One value per pixel. */
function greyOf(mask: Image2d, file: string): Uint8Array | Uint16Array {
  if (!isOpaque(mask)) throw refused(file, { expected: 'a mask of opaque pixels', found: 'transparent pixels' })
  const { data, channels, width } = mask
  if (channels === 1) return data
  const grey =
    data instanceof Uint16Array ? new Uint16Array(data.length / channels) : new Uint8Array(data.length / channels)
  const last = channels - Number(hasAlpha(mask)) - 1
  for (let i = 0, from = 0; i < grey.length; i++, from += channels) {
    grey[i] = data[from]
    // One colour channel, or three that agree.
    if (data[from + last] === grey[i] && data[from + (last >> 1)] === grey[i]) continue
    const found = `the colour (${data.subarray(from, from + last + 1).join(', ')}) at ${position(i, width)}`
    throw refused(file, { expected: 'grey values', found })
  }
  return grey
}

/** 16-bit masks that hold label numbers (0..255) or 8-bit values times 257 lose nothing in 8 bits; others are refused. */
function eightBits(grey: Uint8Array | Uint16Array, file: string): Uint8Array {
  if (grey instanceof Uint8Array) return grey
  if (grey.every((value) => value <= 255)) return Uint8Array.from(grey)
  const beyond = grey.find((value) => value % 257 !== 0)
  if (beyond === undefined) return Uint8Array.from(grey, (value) => value / 257)
  throw refused(file, { expected: '16-bit values that 8 bits can hold', found: `${beyond}` })
}

interface UnknownValue {
  readonly rule: MaskRule
  readonly value: number
  readonly pixel: number
  readonly width: number
}

function unknownValue(file: string, { rule, value, pixel, width }: UnknownValue): MedicalImageError {
  const values = rule.kind === 'values' ? Object.keys(rule.labels).join(', ') : ''
  const near = rule.kind === 'values' && rule.tolerance ? `, or at most ${rule.tolerance} from one` : ''
  return refused(file, { expected: `mask values ${values}${near}`, found: `${value} at ${position(pixel, width)}` })
}

function position(pixel: number, width: number): string {
  return `row ${Math.floor(pixel / width)}, column ${pixel % width}`
}

function refused(file: string, { expected, found }: { expected: string; found: string }): MedicalImageError {
  return new MedicalImageError('maskLabels', { code: 'mask-value', file, expected, found })
}
