/**
 * Optimization history: the value of each trial as a point, the best so far as a step line.
 *
 * @module
 */
import { valueAxis } from '../axes.ts'
import { emptyFigure, figureOf, type Figure } from '../figure.ts'
import { formatNumber } from '../format.ts'
import { INK, SERIES } from '../theme.ts'
import { thinned } from './study-encodings.ts'
import type { StudyHistoryEntry, StudyObjective } from './study-values.ts'

/** Trials that break a constraint are open points and never the best. */
export function studyHistoryFigure({
  name,
  direction,
  history,
}: Pick<StudyObjective, 'name' | 'direction' | 'history'>): Figure {
  const { kept, note } = thinned(history)
  const broken = history.filter(({ feasible }) => !feasible).length
  const best = history.findLast((entry) => entry.best !== null)?.best ?? null
  const words = {
    title: `History of ${name}.`,
    caption: `Points are completed trials, the line is the best so far (to ${direction}).${broken > 0 ? ` Open points break a constraint (${broken}).` : ''}${note}`,
    alt: `${name} of ${history.length} trials; best ${formatNumber(best)}.`,
    width: 'wide' as const,
  }
  return kept.length === 0 ? emptyFigure(words) : figureOf(specOf(kept, name), words)
}

function specOf(history: readonly StudyHistoryEntry[], name: string) {
  const x = {
    field: 'number',
    type: 'quantitative' as const,
    title: 'trial',
    scale: { zero: false },
    axis: { grid: false, tickMinStep: 1, format: 'd' },
  }
  const values = history.map((entry) => ({ ...entry }))
  const line = {
    transform: [{ filter: 'isValid(datum.best)' }],
    mark: { type: 'line' as const, interpolate: 'step-after' as const, strokeWidth: 2.2, color: SERIES[1].light },
    encoding: { x, y: valueAxis('best', name) },
  }
  const points = (feasible: boolean) => ({
    transform: [{ filter: `datum.feasible === ${feasible}` }],
    mark: {
      type: 'point' as const,
      filled: feasible,
      size: 34,
      opacity: 0.6,
      color: feasible ? SERIES[0].light : INK.line.light,
    },
    encoding: { x, y: valueAxis('value', name) },
  })
  return { width: 800, height: 280, data: { values }, layer: [points(false), points(true), line] }
}
