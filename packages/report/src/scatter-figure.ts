/**
 * Proxy against full: one point per configuration, the fitted line, and the rank correlation with its interval.
 *
 * @module
 */
import { emptyFigure, figureOf, type Figure } from './figure.ts'
import { formatInterval, type Interval } from './format.ts'
import { leastSquares } from './least-squares.ts'
import { colourOf, shapeOf } from './series-scale.ts'
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
  const interval = correlation && Number.isFinite(correlation.low) ? `, brackets the ${100 * level} % interval` : ''
  const left = points.length - drawn.length
  const words = {
    title,
    caption: `${drawn.length} configurations; the line is least squares${interval}${left > 0 ? `; ${left} without both values left out` : ''}.`,
    alt: `Scatter of ${yName} against ${xName}, ${drawn.length} points${headline ? `, ${headline}` : ''}.`,
    width: 'narrow' as const,
  }
  if (drawn.length === 0) return emptyFigure(words)
  const names = [...new Set(drawn.map(({ group = '' }) => group))]
  const field = (name: 'x' | 'y', text: string) => ({
    field: name,
    type: 'quantitative' as const,
    title: text,
    scale: { zero: false, nice: true },
    axis: { tickCount: 5 },
  })
  const encoding = { x: field('x', xName), y: field('y', yName) }
  const dots = {
    data: { values: drawn.map(({ x, y, group = '' }) => ({ x, y, series: group })) },
    mark: { type: 'point' as const, filled: true, size: 52, opacity: 0.75 },
    encoding: { ...encoding, color: colourOf(names), shape: shapeOf(names) },
  }
  const line = {
    data: { values: lineEnds(drawn) },
    mark: { type: 'line' as const, color: INK.soft.light, strokeWidth: 1.4, strokeDash: [5, 4] },
    encoding,
  }
  const heading = headline ? { title: { text: headline } } : {}
  return figureOf({ width: 320, height: 300, ...heading, layer: [line, dots] }, words)
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
