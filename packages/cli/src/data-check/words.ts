/**
 * Numbers and spreads of a checked data set, in words.
 *
 * @module
 */
import type { GeometrySummary, Spread } from '@leanvox/io-medical'

/** At most four significant digits; a dash for none. */
export function short(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : '–'
}

/** `31`, or `31 – 35 – 43`: smallest, median, largest. */
export function spreadText({ min, median, max }: Spread): string {
  // Spacings differ in the last digits of float32.
  return short(min) === short(max) ? short(min) : [min, median, max].map(short).join(' – ')
}

/** Extents or spacings along [depth, height, width]. */
export function axesText(axes: GeometrySummary['extent'] | GeometrySummary['spacing']): string {
  return axes === null ? 'none' : axes.map(spreadText).join(' × ')
}

/** `float32 205, uint8 55`, the most frequent first. */
export function countsText(counts: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(counts).toSorted(([, a], [, b]) => b - a)
  const shown = sorted.slice(0, 8).map(([value, count]) => `${value} ${count}`)
  return shown.join(', ') + (sorted.length > 8 ? `, and ${sorted.length - 8} more` : '')
}

/** `1 case`, `2 cases`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
