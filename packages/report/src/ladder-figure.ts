/**
 * The ladder of proxy networks: cost of each rung against its rank correlation with the full network. A good proxy
 * stands high and far to the left.
 *
 * @module
 */
import { logAxis, valueAxis } from './axes.ts'
import { emptyFigure, figureOf, type Figure } from './figure.ts'
import { formatNumber, type Interval } from './format.ts'
import { COLOURS, INK } from './theme.ts'
import { whiskerLayer, whiskerValues } from './whiskers.ts'

export interface LadderRung {
  readonly name: string
  /** Cost of a step in any unit; drawn relative to the dearest rung. */
  readonly cost: number
  readonly correlation: number | Interval
  readonly chosen?: boolean
}

export interface LadderOptions {
  readonly costName?: string
  readonly correlationName?: string
  /** Drawn as a line when given. */
  readonly minimumCorrelation?: number
}

/** Rungs without a finite cost above 0 and a finite correlation are left out. */
export function ladderFigure(
  { rungs }: { readonly rungs: readonly LadderRung[] },
  options: LadderOptions = {},
): Figure {
  const { costName = 'cost of a step', correlationName = 'Spearman', minimumCorrelation } = options
  const values = relativeRungs(rungs)
  const ends = values.map(
    ({ name, cost, estimate }) => `${name}: ${formatNumber(cost, 'percent')}, ${formatNumber(estimate)}`,
  )
  const words = {
    title: 'The ladder of proxy networks.',
    caption: captionOf({
      costName,
      correlationName,
      minimumCorrelation,
      chosen: values.some(({ chosen }) => chosen === 'yes'),
    }),
    alt: `Relative ${costName} and ${correlationName}. ${ends.join('; ')}.`,
    width: 'narrow' as const,
  }
  if (values.length === 0) return emptyFigure(words)
  const title = `${costName} (relative, log scale)`
  const x = logAxis(
    'cost',
    values.map(({ cost }) => cost),
    { title, format: '~%' },
  )
  const y = valueAxis('estimate', correlationName)
  const layer = [
    ...limitLayer(minimumCorrelation),
    whiskerLayer({ x, color: { value: COLOURS[0] } }, y),
    ...rungLayers(x, y),
  ]
  return figureOf({ width: 340, height: 280, data: { values }, layer }, words)
}

function relativeRungs(rungs: readonly LadderRung[]) {
  const usable = rungs
    .map(({ name, cost, correlation, chosen = false }) => ({
      name,
      cost,
      ...whiskerValues(correlation),
      chosen: chosen ? 'yes' : 'no',
    }))
    .filter(({ cost, estimate }) => cost > 0 && cost < Infinity && Number.isFinite(estimate))
  const dearest = usable.reduce((most, { cost }) => Math.max(most, cost), 0)
  return usable.map((rung) => ({ ...rung, cost: rung.cost / dearest }))
}

type Words = { costName: string; correlationName: string; minimumCorrelation: number | undefined; chosen: boolean }

function captionOf({ costName, correlationName, minimumCorrelation, chosen }: Words): string {
  const parts = [`${correlationName} with the full network against ${costName} relative to the dearest rung`]
  if (chosen) parts.push('the chosen rung is filled')
  if (minimumCorrelation !== undefined) parts.push('the dashed line is the least correlation accepted')
  return `${parts.join('; ')}.`
}

function rungLayers(x: ReturnType<typeof logAxis>, y: ReturnType<typeof valueAxis>) {
  const fill = {
    field: 'chosen',
    type: 'nominal' as const,
    legend: null,
    scale: { domain: ['yes', 'no'], range: [COLOURS[0], INK.ground.light] },
  }
  const rings = { type: 'point' as const, filled: true, size: 90, opacity: 1, stroke: COLOURS[0], strokeWidth: 2 }
  const names = { type: 'text' as const, dx: 9, dy: -9, align: 'left' as const, fontSize: 10.5 }
  return [
    { mark: rings, encoding: { x, y, fill } },
    { mark: names, encoding: { x, y, text: { field: 'name', type: 'nominal' as const } } },
  ]
}

function limitLayer(minimum: number | undefined) {
  if (minimum === undefined) return []
  return [
    {
      data: { values: [{ minimum }] },
      mark: { type: 'rule' as const, color: COLOURS[1], strokeDash: [5, 4], strokeWidth: 1.4 },
      encoding: { y: { field: 'minimum', type: 'quantitative' as const } },
    },
  ]
}
