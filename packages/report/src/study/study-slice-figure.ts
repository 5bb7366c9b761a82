/**
 * The value against each parameter, one small panel each, shaded by when the trial ran.
 *
 * @module
 */
import type { TopLevelSpec } from 'vega-lite'
import { valueAxis } from '../axes.ts'
import { emptyFigure, figureOf, type Figure } from '../figure.ts'
import { parameterAxis, thinned } from './study-encodings.ts'
import type { StudyObjective, StudySlice } from './study-values.ts'

const columns = 3
/** Panels beyond these would be a poster. */
const mostPanels = 12

export function studySliceFigure({ name, slices }: Pick<StudyObjective, 'name' | 'slices'>): Figure {
  const shown = slices.slice(0, mostPanels).filter(({ points }) => points.length > 0)
  const rest = slices.length > mostPanels ? ` The ${mostPanels} most important of ${slices.length} parameters.` : ''
  const words = {
    title: `${name} by parameter.`,
    caption: `A point is a completed trial, the darker the later.${rest}`,
    alt: `${name} against ${shown.map(({ axis }) => axis.name).join(', ')}.`,
    width: 'wide' as const,
  }
  if (shown.length === 0) return emptyFigure(words)
  const concat = shown.map((slice, index) => panelOf(slice, { name, isFirst: index % columns === 0 }))
  return figureOf({ columns, spacing: { row: 24, column: 28 }, concat } as unknown as TopLevelSpec, words)
}

function panelOf({ axis, points }: StudySlice, { name, isFirst }: { name: string; isFirst: boolean }) {
  const x = parameterAxis('x', axis)
  return {
    width: 212,
    height: 150,
    data: { values: thinned(points, 800).kept.map((point) => ({ ...point })) },
    mark: { type: 'point' as const, filled: true, size: 30, opacity: 0.7 },
    encoding: {
      x: axis.kind === 'choice' ? { ...x, axis: { labelAngle: 0, labelLimit: 60 } } : x,
      y: valueAxis('value', isFirst ? name : ''),
      color: {
        field: 'number',
        type: 'quantitative' as const,
        scale: { scheme: 'blues' as const, domainMin: -points.length / 3 },
        legend: null,
      },
    },
  }
}
