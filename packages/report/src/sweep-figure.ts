/**
 * A value against one knob: a line per series, with a band where the values carry intervals.
 *
 * @module
 */
import { valueAxis } from './axes.ts'
import { emptyFigure, figureOf, type Figure } from './figure.ts'
import { formatNumber, type Interval } from './format.ts'
import { lineSeries, pointsOverLines } from './series-scale.ts'
import { COLOURS } from './theme.ts'
import { whiskerValues } from './whiskers.ts'

export interface SweepSeries {
  readonly name: string
  readonly points: readonly { readonly x: number; readonly value: number | Interval }[]
}

export interface SweepOptions {
  readonly title?: string
  readonly caption?: string
  readonly xName?: string
  readonly valueName?: string
  readonly width?: 'wide' | 'narrow'
}

/** Points that are not finite are left out; the band is drawn where both ends of an interval are finite. */
export function sweepFigure(
  { series }: { readonly series: readonly SweepSeries[] },
  options: SweepOptions = {},
): Figure {
  const { title = 'Sweep.', caption = '', xName = 'sparsity', valueName = 'mask IoU', width = 'narrow' } = options
  const values = series.flatMap(({ name, points }) =>
    points
      .map(({ x, value }) => ({ series: name, x, ...whiskerValues(value) }))
      .filter(({ x, estimate }) => Number.isFinite(x) && Number.isFinite(estimate)),
  )
  const names = series.map(({ name }) => name).filter((name) => values.some((point) => point.series === name))
  const words = {
    title,
    caption,
    alt: names.map((name) => describe(name, values)).join(' '),
    width,
  }
  if (values.length === 0) return emptyFigure(words)
  return figureOf(
    {
      width: width === 'wide' ? 640 : 340,
      height: 260,
      data: { values },
      layer: layersOf(names, { xName, valueName }),
      resolve: { scale: { color: 'independent', strokeDash: 'independent' } },
    },
    words,
  )
}

function describe(name: string, values: readonly { series: string; x: number; estimate: number }[]): string {
  const own = values.filter(({ series }) => series === name)
  return `${name}: ${own.map(({ x, estimate }) => `${formatNumber(x)} gives ${formatNumber(estimate, { decimals: 3 })}`).join(', ')}.`
}

function layersOf(names: readonly string[], { xName, valueName }: { xName: string; valueName: string }) {
  const x = {
    field: 'x',
    type: 'quantitative' as const,
    title: xName,
    scale: { zero: false },
    axis: { grid: false, tickCount: 6 },
  }
  const y = valueAxis('estimate', valueName)
  const bandColour = {
    field: 'series',
    type: 'nominal' as const,
    scale: { domain: [...names], range: names.map((_, i) => COLOURS[i % COLOURS.length]) },
    legend: null,
  }
  return [
    {
      transform: [{ filter: 'isValid(datum.low) && isValid(datum.high)' }],
      mark: { type: 'area' as const, opacity: 0.16 },
      encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color: bandColour },
    },
    {
      mark: { type: 'line' as const, strokeWidth: 2 },
      encoding: { x, y, ...lineSeries(names) },
    },
    {
      mark: { type: 'point' as const, filled: true, size: 42, opacity: 1 },
      encoding: { x, y, ...pointsOverLines(names) },
    },
  ]
}
