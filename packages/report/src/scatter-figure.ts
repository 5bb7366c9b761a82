/**
 * Proxy against full: one point per configuration, the fitted line, and the rank correlation with its interval.
 *
 * @module
 */
import { valueAxis } from './axes.ts'
import { emptyFigure, figureOf, type Figure } from './figure.ts'
import { formatInterval, type Interval } from './format.ts'
import { leastSquares } from './least-squares.ts'
import { pointSeries } from './series-scale.ts'
import { INK } from './theme.ts'

export interface ScatterPoint {
  readonly x: number
  readonly y: number
  /** Series of the point when the figure shows several. */
  readonly group?: string
}

export interface Scatter {
  readonly points: readonly ScatterPoint[]
  readonly correlation?: Interval
}

export interface ScatterOptions {
  readonly title?: string
  readonly xName?: string
  readonly yName?: string
  readonly correlationName?: string
  /** Confidence of the interval, for the caption. */
  readonly level?: number
}

/** Points with a value that is not finite are left out and counted in the caption. */
export function scatterFigure({ points, correlation }: Scatter, options: ScatterOptions = {}): Figure {
  const { title = 'Proxy against full.', xName = 'proxy Dice', yName = 'full Dice' } = options
  const { correlationName = 'Spearman', level = 0.95 } = options
  const drawn = points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))
  const headline = correlation ? `${correlationName} ${formatInterval(correlation)}` : ''
  const left = points.length - drawn.length
  const words = {
    title,
    caption: [
      `${drawn.length} configurations, least-squares line`,
      ...(correlation && Number.isFinite(correlation.low) ? [`in brackets the ${100 * level} % interval`] : []),
      ...(left > 0 ? [`${left} without both values left out`] : []),
    ]
      .join('; ')
      .concat('.'),
    alt: `Scatter of ${yName} against ${xName}, ${drawn.length} points${headline ? `, ${headline}` : ''}.`,
    width: 'narrow' as const,
  }
  if (drawn.length === 0) return emptyFigure(words)
  const heading = headline ? { title: { text: headline } } : {}
  return figureOf({ width: 340, height: 280, ...heading, layer: layersOf(drawn, { xName, yName }) }, words)
}

function layersOf(points: readonly ScatterPoint[], { xName, yName }: { xName: string; yName: string }) {
  const names = [...new Set(points.map(({ group = '' }) => group))]
  const encoding = { x: valueAxis('x', xName), y: valueAxis('y', yName) }
  const line = {
    data: { values: lineEnds(points) },
    mark: { type: 'line' as const, color: INK.soft.light, strokeWidth: 1.4, strokeDash: [5, 4] },
    encoding,
  }
  const dots = {
    data: { values: points.map(({ x, y, group = '' }) => ({ x, y, series: group })) },
    mark: { type: 'point' as const, filled: true, size: 52, opacity: 0.75 },
    encoding: { ...encoding, ...pointSeries(names) },
  }
  return [line, dots]
}

function lineEnds(points: readonly ScatterPoint[]): { x: number; y: number }[] {
  const { slope, intercept } = leastSquares(points)
  if (!Number.isFinite(slope)) return []
  const xs = points.map(({ x }) => x)
  return [xs.reduce((a, b) => Math.min(a, b)), xs.reduce((a, b) => Math.max(a, b))].map((x) => ({
    x,
    y: intercept + slope * x,
  }))
}
