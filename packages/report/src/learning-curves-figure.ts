/**
 * Learning curves: one panel per measure (training loss, validation Dice), one line per training.
 *
 * @module
 */
import { valueAxis } from './axes.ts'
import { emptyFigure, figureOf, type Figure } from './figure.ts'
import { formatNumber } from './format.ts'
import { lineSeries } from './series-scale.ts'

export interface LearningCurve {
  readonly name: string
  readonly points: readonly { readonly epoch: number; readonly loss?: number | null; readonly dice?: number | null }[]
}

export interface LearningCurvesOptions {
  readonly lossName?: string
  readonly diceName?: string
}

type Drawn = { series: string; epoch: number; value: number }

/** Epochs without a finite value (no validation in that epoch) have no point; the line goes on to the next. */
export function learningCurvesFigure(
  { curves }: { readonly curves: readonly LearningCurve[] },
  options: LearningCurvesOptions = {},
): Figure {
  const { lossName = 'training loss', diceName = 'validation Dice' } = options
  const names = curves.map(({ name }) => name)
  const panels = [
    { title: lossName, values: measured(curves, 'loss') },
    { title: diceName, values: measured(curves, 'dice') },
  ].filter(({ values }) => values.length > 0)
  const last = (values: readonly Drawn[], name: string) => values.findLast(({ series }) => series === name)?.value
  const words = {
    title: 'Learning curves.',
    caption:
      panels.length > 0
        ? `${panels.map(({ title }) => title).join(' and ')} by epoch.`.replace(/^./, (first) => first.toUpperCase())
        : '',
    alt: panels
      .map(
        ({ title, values }) =>
          `Last ${title}: ${names.map((name) => `${name} ${formatNumber(last(values, name))}`).join(', ')}.`,
      )
      .join(' '),
    width: 'wide' as const,
  }
  if (panels.length === 0) return emptyFigure(words)
  return figureOf({ spacing: 40, hconcat: panels.map((panel) => panelOf(panel, names)) }, words)
}

function measured(curves: readonly LearningCurve[], measure: 'loss' | 'dice'): Drawn[] {
  return curves.flatMap(({ name, points }) =>
    points.flatMap(({ epoch, [measure]: value }) =>
      typeof value === 'number' && Number.isFinite(value) ? [{ series: name, epoch, value }] : [],
    ),
  )
}

function panelOf({ title, values }: { title: string; values: readonly Drawn[] }, names: readonly string[]) {
  const axis = { grid: false, tickMinStep: 1, tickCount: 6, format: 'd' }
  const x = { field: 'epoch', type: 'quantitative' as const, title: 'epoch', scale: { zero: false }, axis }
  return {
    width: 360,
    height: 230,
    data: { values: [...values] },
    mark: { type: 'line' as const, strokeWidth: 2, point: { size: 14, filled: true, strokeDash: [1, 0] } },
    encoding: { x, y: valueAxis('value', title), ...lineSeries(names) },
  }
}
