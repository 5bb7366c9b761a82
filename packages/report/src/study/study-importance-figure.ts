/**
 * Importance of each parameter as a bar.
 *
 * @module
 */
import { emptyFigure, figureOf, type Figure } from '../figure.ts'
import { formatNumber } from '../format.ts'
import { SERIES } from '../theme.ts'
import type { StudyObjective } from './study-values.ts'

/** Bars in the order given; a study has rarely more parameters than a figure has room for. */
export function studyImportanceFigure({ name, importances }: Pick<StudyObjective, 'name' | 'importances'>): Figure {
  const values = importances.map(({ parameter, importance }) => ({
    parameter,
    importance,
    label: formatNumber(importance, 'percent'),
  }))
  const words = {
    title: `Importance for ${name}.`,
    caption: 'Share of the variation explained by each parameter alone (fANOVA over a random forest).',
    alt: `${values.map(({ parameter, label }) => `${parameter} ${label}`).join(', ')}.`,
    width: 'narrow' as const,
  }
  if (values.length === 0) return emptyFigure(words)
  const y = { field: 'parameter', type: 'nominal' as const, sort: null, title: null, axis: { labelLimit: 140 } }
  const x = {
    field: 'importance',
    type: 'quantitative' as const,
    title: 'share of variance',
    // Room for the label beyond the longest bar.
    scale: { domain: [0, Math.max(0.01, ...values.map(({ importance }) => importance)) * 1.2], nice: false },
    axis: { grid: false, tickCount: 4, format: '~%' },
  }
  const bars = { mark: { type: 'bar' as const, color: SERIES[0].light, height: { band: 0.6 } }, encoding: { x, y } }
  const labels = {
    mark: { type: 'text' as const, align: 'left' as const, dx: 4 },
    encoding: { x, y, text: { field: 'label', type: 'nominal' as const } },
  }
  return figureOf({ width: 300, height: { step: 24 }, data: { values }, layer: [bars, labels] }, words)
}
