/**
 * The ladder of proxy networks: cost of each rung against its rank correlation with the full network. A good proxy
 * stands high and far to the left.
 *
 * @module
 */
import { emptyFigure, figureOf, type Figure } from './figure.ts'
import { formatInterval, formatNumber, type Interval } from './format.ts'
import { COLOURS, INK } from './theme.ts'

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
  const dearest = rungs.reduce((most, { cost }) => Math.max(most, cost), 0)
  const drawn = rungs
    .map((rung) => rungValues(rung, dearest))
    .filter(({ cost, estimate }) => cost > 0 && Number.isFinite(estimate))
  const words = {
    title: 'The ladder of proxy networks.',
    caption: `${correlationName} with the full network against ${costName} relative to the dearest rung${drawn.some(({ chosen }) => chosen === 'yes') ? '; the chosen rung is filled' : ''}.`,
    alt: drawn
      .map(
        (rung) =>
          `${rung.name}: ${formatNumber(rung.cost, 'percent')} of the cost, ${formatInterval(asInterval(rung))}`,
      )
      .join('; '),
    width: 'narrow' as const,
  }
  if (drawn.length === 0) return emptyFigure(words)
  const x = {
    field: 'cost',
    type: 'quantitative' as const,
    title: `${costName} (relative, log scale)`,
    scale: {
      type: 'log' as const,
      domain: [drawn.reduce((least, { cost }) => Math.min(least, cost), 1) / 1.6, 1.9],
      nice: false,
    },
    axis: { grid: false, tickCount: 4, format: '~%' },
  }
  const y = {
    type: 'quantitative' as const,
    title: correlationName,
    scale: { zero: false, nice: true },
    axis: { tickCount: 5 },
  }
  const line = minimumCorrelation === undefined ? [] : [limitLayer(minimumCorrelation)]
  const spec = {
    width: 340,
    height: 300,
    data: { values: drawn },
    layer: [
      ...line,
      {
        transform: [{ filter: 'isValid(datum.low) && isValid(datum.high)' }],
        mark: { type: 'rule' as const, strokeWidth: 1.4, color: COLOURS[0] },
        encoding: { x, y: { field: 'low', ...y }, y2: { field: 'high' } },
      },
      {
        mark: { type: 'point' as const, filled: true, size: 90, opacity: 1, stroke: COLOURS[0], strokeWidth: 2 },
        encoding: {
          x,
          y: { field: 'estimate', ...y },
          fill: {
            field: 'chosen',
            type: 'nominal' as const,
            legend: null,
            scale: { domain: ['yes', 'no'], range: [COLOURS[0], INK.ground.light] },
          },
        },
      },
      {
        mark: { type: 'text' as const, dx: 9, dy: -9, align: 'left' as const, fontSize: 10.5 },
        encoding: { x, y: { field: 'estimate', ...y }, text: { field: 'name', type: 'nominal' as const } },
      },
    ],
  }
  return figureOf(spec, words)
}

function rungValues({ name, cost, correlation, chosen = false }: LadderRung, dearest: number) {
  const finite = (value: number) => (Number.isFinite(value) ? value : null)
  const interval = typeof correlation === 'number' ? { estimate: correlation, low: NaN, high: NaN } : correlation
  const { estimate, low, high } = interval
  return { name, cost: cost / dearest, estimate, low: finite(low), high: finite(high), chosen: chosen ? 'yes' : 'no' }
}

function asInterval({ estimate, low, high }: { estimate: number; low: number | null; high: number | null }): Interval {
  return { estimate, low: low ?? NaN, high: high ?? NaN }
}

function limitLayer(minimum: number) {
  return {
    data: { values: [{ minimum }] },
    mark: { type: 'rule' as const, color: COLOURS[1], strokeDash: [5, 4], strokeWidth: 1.4 },
    encoding: { y: { field: 'minimum', type: 'quantitative' as const } },
  }
}
