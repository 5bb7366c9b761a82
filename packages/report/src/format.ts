/**
 * Numbers as people read them, the same on every machine (no locale is asked).
 *
 * A missing value, NaN or null is an en dash; a minus is U+2212; thousands are set apart by a narrow space.
 *
 * @module
 */

/** What stands for a value that is missing or undefined. */
export const MISSING = '–'
const NARROW_SPACE = '\u202f'

/** An estimate with the ends of its interval. */
export interface Interval {
  readonly estimate: number
  readonly low: number
  readonly high: number
}

/** `decimals` is the number of digits after the point of a plain number. */
export type NumberFormat =
  'number' | 'integer' | 'percent' | 'seconds' | 'count' | 'factor' | { readonly decimals: number }

export function formatNumber(value: number | null | undefined, format: NumberFormat = 'number'): string {
  if (value === null || value === undefined || Number.isNaN(value)) return MISSING
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  if (typeof format === 'object') return grouped(value.toFixed(format.decimals))
  return FORMATS[format](value)
}

/** `0.81 [0.62, 0.92]`; an interval without ends is its estimate. */
export function formatInterval({ estimate, low, high }: Interval, format: NumberFormat = { decimals: 2 }): string {
  const text = formatNumber(estimate, format)
  if (Number.isNaN(low) && Number.isNaN(high)) return text
  return `${text} [${formatNumber(low, format)}, ${formatNumber(high, format)}]`
}

const FORMATS: Readonly<Record<Exclude<NumberFormat, object>, (value: number) => string>> = {
  number: (value) => grouped(significant(value)),
  integer: (value) => grouped(value.toFixed(0)),
  percent: (value) => `${grouped((100 * value).toFixed(1))}${NARROW_SPACE}%`,
  seconds: formatSeconds,
  count: formatCount,
  factor: (value) => `${grouped(value.toFixed(Math.abs(value) < 10 ? 2 : 1))}×`,
}

/** Four significant digits, without an exponent between 0.0001 and a million. */
function significant(value: number): string {
  const size = Math.abs(value)
  if (value === 0) return '0'
  if (size < 1e-4 || size >= 1e15) return value.toExponential(2)
  if (Number.isInteger(value)) return String(value)
  return value.toFixed(Math.max(0, Math.min(6, 3 - Math.floor(Math.log10(size)))))
}

function formatSeconds(value: number): string {
  const size = Math.abs(value)
  if (size < 60) return `${grouped(value.toFixed(size < 10 ? 2 : 1))}${NARROW_SPACE}s`
  const total = Math.round(value)
  if (size < 3600) return `${Math.trunc(total / 60)}${NARROW_SPACE}min ${pad(total % 60)}${NARROW_SPACE}s`
  const minutes = Math.round(value / 60)
  return `${grouped(String(Math.trunc(minutes / 60)))}${NARROW_SPACE}h ${pad(minutes % 60)}${NARROW_SPACE}min`
}

function pad(value: number): string {
  return String(Math.abs(value)).padStart(2, '0')
}

/** Large counts with an SI prefix: `1.25 T`. */
function formatCount(value: number): string {
  const prefixes = ['', 'k', 'M', 'G', 'T', 'P', 'E']
  const size = Math.abs(value)
  if (size < 1000) return grouped(String(Number(value.toPrecision(3))))
  // 999.6 k would read 1000 k after rounding: round first, then choose the prefix.
  const rounded = Number(value.toPrecision(3))
  const step = Math.min(prefixes.length - 1, Math.floor(Math.log10(Math.abs(rounded)) / 3))
  return `${(rounded / 1000 ** step).toPrecision(3)}${NARROW_SPACE}${prefixes[step]}`
}

function grouped(text: string): string {
  const [whole, ...rest] = text.replace('-', '−').split('.')
  const spaced = whole.length > 4 ? whole.replaceAll(/(?<=\d)(?=(\d{3})+$)/g, NARROW_SPACE) : whole
  return [spaced, ...rest].join('.')
}
