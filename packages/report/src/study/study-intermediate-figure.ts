/**
 * What trials reported on their way, pruned ones apart by colour.
 *
 * @module
 */
import { valueAxis } from '../axes.ts'
import { emptyFigure, figureOf, type Figure } from '../figure.ts'
import { STATE_COLOURS, thinned } from './study-encodings.ts'
import type { StudyCurve, TrialState } from './study-values.ts'

/** Reports that are not finite break a line. */
export function studyIntermediateFigure(
  curves: readonly StudyCurve[],
  options: { readonly name?: string } = {},
): Figure {
  const { name = 'reported value' } = options
  const { kept, note } = thinned(curves, 300)
  const pruned = curves.filter(({ state }) => state === 'pruned').length
  const words = {
    title: 'Intermediate values.',
    caption: `One line a trial${pruned > 0 ? `; ${pruned} were pruned` : ''}.${note}`,
    alt: `Reports of ${curves.length} trials, ${pruned} of them pruned.`,
    width: 'wide' as const,
  }
  if (kept.length === 0) return emptyFigure(words)
  const states = (Object.keys(STATE_COLOURS) as TrialState[]).filter((one) => kept.some(({ state }) => state === one))
  const spec = {
    width: 800,
    height: 280,
    data: { values: kept.flatMap(({ number, state, points }) => points.map((point) => ({ number, state, ...point }))) },
    mark: { type: 'line' as const, strokeWidth: 1.3, opacity: 0.65, point: { size: 14, opacity: 0.65 } },
    encoding: {
      x: { field: 'step', type: 'quantitative' as const, axis: { grid: false, tickMinStep: 1, format: 'd' } },
      y: valueAxis('value', name),
      detail: { field: 'number', type: 'nominal' as const },
      color: {
        field: 'state',
        type: 'nominal' as const,
        title: null,
        scale: { domain: states, range: states.map((state) => STATE_COLOURS[state]) },
        legend: states.length > 1 ? { orient: 'top' as const } : null,
      },
    },
  }
  return figureOf(spec, words)
}
