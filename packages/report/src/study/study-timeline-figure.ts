/**
 * When each trial ran, as bars by state.
 *
 * @module
 */
import { timeUnit } from '../axes.ts'
import { emptyFigure, figureOf, type Figure } from '../figure.ts'
import { formatNumber } from '../format.ts'
import { STATE_COLOURS, thinned } from './study-encodings.ts'
import type { StudyBar, TrialState } from './study-values.ts'

export function studyTimelineFigure(bars: readonly StudyBar[]): Figure {
  const { kept, note } = thinned(bars, 500)
  const end = bars.reduce((latest, bar) => Math.max(latest, bar.end), 0)
  const words = {
    title: 'Timeline.',
    caption: `One bar a trial, from its start to its end; a running one ends with the last time known.${note}`,
    alt: `${bars.length} trials within ${formatNumber(end, 'seconds')}.`,
    width: 'wide' as const,
  }
  if (kept.length === 0) return emptyFigure(words)
  return figureOf(specOf(kept), words)
}

function specOf(bars: readonly StudyBar[]) {
  const { unit, divisor } = timeUnit(bars.map(({ end }) => end))
  const states = (Object.keys(STATE_COLOURS) as TrialState[]).filter((state) => bars.some((bar) => bar.state === state))
  const last = bars.reduce((most, { number }) => Math.max(most, number), 0)
  return {
    width: 800,
    height: Math.min(360, Math.max(60, 12 * bars.length)),
    data: {
      values: bars.map(({ number, state, start, end }) => ({
        number,
        state,
        start: start / divisor,
        end: end / divisor,
      })),
    },
    mark: { type: 'rule' as const, strokeWidth: Math.max(1, Math.min(7, 260 / bars.length)) },
    encoding: {
      x: {
        field: 'start',
        type: 'quantitative' as const,
        title: `time since the first start (${unit})`,
        axis: { grid: true },
      },
      x2: { field: 'end' },
      y: {
        field: 'number',
        type: 'quantitative' as const,
        title: 'trial',
        scale: { domain: [-0.5, last + 0.5], reverse: true, nice: false },
        axis: { grid: false, format: 'd', tickMinStep: 1 },
      },
      color: {
        field: 'state',
        type: 'nominal' as const,
        title: null,
        scale: { domain: states, range: states.map((state) => STATE_COLOURS[state]) },
        legend: states.length > 1 ? { orient: 'top' as const } : null,
      },
    },
  }
}
