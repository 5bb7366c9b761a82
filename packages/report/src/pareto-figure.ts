/**
 * Accuracy against cost: Dice over multiply-adds, a line per method with the band of its seeds.
 *
 * @module
 */
import { logAxis, valueAxis } from './axes.ts'
import { emptyFigure, figureOf, type Figure } from './figure.ts'
import { formatNumber, type Interval } from './format.ts'
import { lineSeries, pointsOverLines } from './series-scale.ts'
import { COLOURS } from './theme.ts'
import { whiskerValues } from './whiskers.ts'

export interface ParetoCurve {
  readonly name: string
  readonly points: readonly ParetoCurvePoint[]
}

export interface ParetoCurvePoint {
  /** Multiply-adds of one forward pass. */
  readonly cost: number
  /** Mean over seeds, alone or with the ends of the band. */
  readonly value: number | Interval
  /** What the point is, such as `φ = 0.25`; for the description. */
  readonly label?: string
}

export interface ParetoFigureOptions {
  readonly title?: string
  readonly caption?: string
  readonly costName?: string
  readonly valueName?: string
}

/** Points without a finite cost above 0 and a finite value are left out; lines run from cheap to dear. */
export function paretoFigure(
  { curves }: { readonly curves: readonly ParetoCurve[] },
  options: ParetoFigureOptions = {},
): Figure {
  const { title = 'Accuracy against cost.', caption = '' } = options
  const { costName = 'multiply-adds of one forward pass', valueName = 'Dice' } = options
  const values = curves.flatMap(({ name, points }) =>
    points
      .map(({ cost, value, label = '' }) => ({ series: name, cost, label, ...whiskerValues(value) }))
      .filter(({ cost, estimate }) => cost > 0 && cost < Infinity && Number.isFinite(estimate)),
  )
  const names = curves.map(({ name }) => name).filter((name) => values.some(({ series }) => series === name))
  const words = { title, caption, alt: names.map((name) => describe(name, values)).join(' '), width: 'wide' as const }
  if (values.length === 0) return emptyFigure(words)
  return figureOf(
    {
      width: 640,
      height: 320,
      data: { values },
      layer: layersOf(names, { costs: values.map(({ cost }) => cost), costName, valueName }),
      resolve: { scale: { color: 'independent', strokeDash: 'independent', shape: 'independent' } },
    },
    words,
  )
}

type Drawn = { series: string; cost: number; label: string; estimate: number }

function describe(name: string, values: readonly Drawn[]): string {
  const own = values.filter(({ series }) => series === name).toSorted((a, b) => a.cost - b.cost)
  const text = ({ cost, label, estimate }: Drawn) =>
    `${label === '' ? '' : `${label}, `}${formatNumber(cost, 'count')}: ${formatNumber(estimate, { decimals: 3 })}`
  return `${name}: ${own.map(text).join('; ')}.`
}

function layersOf(
  names: readonly string[],
  { costs, costName, valueName }: { costs: readonly number[]; costName: string; valueName: string },
) {
  const x = logAxis('cost', costs, { title: `${costName} (log scale)`, format: '~s' })
  const y = valueAxis('estimate', valueName)
  const scale = { domain: [...names], range: names.map((_, i) => COLOURS[i % COLOURS.length]) }
  return [
    {
      transform: [{ filter: 'isValid(datum.low) && isValid(datum.high)' }],
      mark: { type: 'area' as const, opacity: 0.16 },
      encoding: {
        x,
        y: { ...y, field: 'low' },
        y2: { field: 'high' },
        color: { field: 'series', type: 'nominal' as const, scale, legend: null },
      },
    },
    { mark: { type: 'line' as const, strokeWidth: 2 }, encoding: { x, y, ...lineSeries(names) } },
    {
      mark: { type: 'point' as const, filled: true, size: 46, opacity: 1 },
      encoding: { x, y, ...pointsOverLines(names) },
    },
  ]
}
