/**
 * Empirical distribution of the values: how large a share of the trials is at least so good.
 *
 * @module
 */
import { emptyFigure, figureOf, type Figure } from '../figure.ts'
import { formatNumber } from '../format.ts'
import { SERIES } from '../theme.ts'
import { thinned } from './study-encodings.ts'
import type { StudyObjective } from './study-values.ts'

export function studyDistributionFigure({ name, distribution }: Pick<StudyObjective, 'name' | 'distribution'>): Figure {
  const { kept } = thinned(distribution)
  const median = distribution.find(({ share }) => share >= 0.5)?.value
  const words = {
    title: `Distribution of ${name}.`,
    caption: 'Share of completed trials with at most each value.',
    alt: `Half of the trials have a ${name} of at most ${formatNumber(median)}.`,
    width: 'narrow' as const,
  }
  if (kept.length === 0) return emptyFigure(words)
  // The step line begins at share 0.
  const values = [{ value: kept[0].value, share: 0 }, ...kept.map((step) => ({ ...step }))]
  const spec = {
    width: 340,
    height: 220,
    data: { values },
    mark: { type: 'line' as const, interpolate: 'step-after' as const, strokeWidth: 2, color: SERIES[0].light },
    encoding: {
      x: { field: 'value', type: 'quantitative' as const, title: name, scale: { zero: false }, axis: { grid: false } },
      y: {
        field: 'share',
        type: 'quantitative' as const,
        title: 'share of trials',
        axis: { format: '~%', tickCount: 5 },
      },
    },
  }
  return figureOf(spec, words)
}
