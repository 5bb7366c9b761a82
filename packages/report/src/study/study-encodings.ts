/**
 * Axes, colours and limits that the figures of a study share.
 *
 * @module
 */
import { SERIES } from '../theme.ts'
import type { StudyAxis, TrialState } from './study-values.ts'

/** Colours of a trial's states, with the names of the legend. */
export const STATE_COLOURS: Readonly<Record<TrialState, string>> = {
  complete: SERIES[0].light,
  pruned: SERIES[5].light,
  fail: SERIES[1].light,
  running: SERIES[2].light,
  waiting: SERIES[4].light,
}

/** The field of a parameter along x or y: its own scale and range, or its choices in their order. */
export function parameterAxis(field: string, { name, kind, log, low, high, choices }: StudyAxis) {
  if (kind === 'choice') {
    return { field, type: 'nominal' as const, title: name, scale: { domain: [...choices] }, axis: { labelAngle: 0 } }
  }
  return {
    field,
    type: 'quantitative' as const,
    title: name,
    scale: log
      ? { type: 'log' as const, domain: [low, high], nice: false }
      : { domain: [low, high], nice: false, zero: false },
    axis: { tickCount: 4, format: '~g', grid: false, labelOverlap: true },
  }
}

/** A colour for each value from bad (light) to good (dark): good is what the direction says. */
export function goodnessColour(
  field: string,
  { title, direction }: { title: string; direction: 'minimize' | 'maximize' },
) {
  // Viridis runs from dark to light.
  const scale = { scheme: 'viridis' as const, reverse: direction === 'maximize' }
  return { field, type: 'quantitative' as const, scale, legend: { title, gradientLength: 160 } }
}

/** More marks than this only make a figure heavy. */
const mostMarks = 2000

/** The items themselves, or so many of them spread evenly, with words about those left out. */
export function thinned<T>(
  items: readonly T[],
  most = mostMarks,
): { readonly kept: readonly T[]; readonly note: string } {
  if (items.length <= most) return { kept: items, note: '' }
  const kept = Array.from({ length: most }, (_, index) => items[Math.floor((index * items.length) / most)])
  return { kept, note: ` ${most} of ${items.length} drawn.` }
}
