/**
 * Forest plot: ratios with their intervals on a logarithmic axis, grouped, with a rule at "no difference".
 *
 * Intervals that leave the drawn range are cut at its end; a ratio of 0 or infinity (no image of that kind on one side)
 * sits at the end of the axis as an open triangle.
 *
 * @module
 */
import { emptyFigure, figureOf, type Figure } from './figure.ts'
import { formatInterval, formatNumber, type Interval } from './format.ts'
import { COLOURS, INK } from './theme.ts'

export interface ForestRow {
  /** What the row belongs to, such as `age`; rows of one group stand together. */
  readonly group: string
  readonly name: string
  readonly ratio: Interval
  /** Drawn in the strong colour; say in `emphasis` what it means. */
  readonly strong?: boolean
  /** Right of the row, such as counts or a p-value. */
  readonly note?: string
}

export interface ForestOptions {
  readonly title?: string
  readonly valueName?: string
  /** What a strong row is, for the caption. */
  readonly emphasis?: string
}

const WIDTH = 430
const STEP = 19

/** Rows whose ratio is NaN are left out and counted in the caption. */
export function forestFigure({ rows }: { readonly rows: readonly ForestRow[] }, options: ForestOptions = {}): Figure {
  const {
    title = 'Frequency ratios.',
    valueName = 'frequency ratio',
    emphasis = 'strong rows are significant',
  } = options
  const drawn = rows.filter(({ ratio }) => !Number.isNaN(ratio.estimate))
  const left = rows.length - drawn.length
  const words = {
    title,
    caption:
      `${valueName.replace(/^./, (first) => first.toUpperCase())} with 95 % interval, log scale; right of 1 is over-represented` +
      `${drawn.some(({ strong }) => strong) ? `; ${emphasis}` : ''}${left > 0 ? `; ${left} without a ratio left out` : ''}.`,
    alt: drawn
      .map(({ group, name, ratio }) => `${group} ${name}: ${formatInterval(ratio, { decimals: 2 })}`)
      .join('; ')
      .concat('.'),
    width: 'wide' as const,
  }
  if (drawn.length === 0) return emptyFigure(words)
  return figureOf({ width: WIDTH, height: STEP * drawn.length, layer: layersOf(drawn, valueName) }, words)
}

/** The drawn range: all finite estimates and interval ends above 0, at least from a half to two, at most a factor of 20. */
function domainOf(rows: readonly ForestRow[]): [number, number] {
  const ends = rows
    .flatMap(({ ratio }) => [ratio.estimate, ratio.low, ratio.high])
    .filter((value) => value > 0 && Number.isFinite(value))
  const low = Math.max(
    1 / 20,
    ends.reduce((a, b) => Math.min(a, b), 0.5),
  )
  const high = Math.min(
    20,
    ends.reduce((a, b) => Math.max(a, b), 2),
  )
  return [low / 1.1, high * 1.1]
}

function layersOf(rows: readonly ForestRow[], valueName: string) {
  const domain = domainOf(rows)
  const inside = (value: number) => Math.min(domain[1], Math.max(domain[0], value))
  const values = rows.map(({ group, name, ratio, strong = false, note = '' }) => ({
    row: `${group}: ${name}`,
    estimate: inside(ratio.estimate),
    low: Number.isNaN(ratio.low) ? null : inside(ratio.low),
    high: Number.isNaN(ratio.high) ? null : inside(ratio.high),
    look: strong ? 'strong' : 'plain',
    end: ratio.estimate !== inside(ratio.estimate),
    note: `${formatNumber(ratio.estimate, { decimals: 2 })}${note ? `   ${note}` : ''}`,
  }))
  const x = (field: string) => ({
    field,
    type: 'quantitative' as const,
    title: `${valueName} (log scale)`,
    scale: { type: 'log' as const, domain, nice: false },
    axis: { values: TICKS.filter((tick) => tick >= domain[0] && tick <= domain[1]), format: '~g' },
  })
  const y = {
    field: 'row',
    type: 'nominal' as const,
    title: null,
    scale: { domain: values.map(({ row }) => row) },
    axis: { domain: false, ticks: false, labelLimit: 400, grid: false },
  }
  const color = {
    field: 'look',
    type: 'nominal' as const,
    scale: { domain: ['strong', 'plain'], range: [COLOURS[1], COLOURS[0]] },
    legend: null,
  }
  const data = { values }
  return [
    {
      data: { values: [{ one: 1 }] },
      mark: { type: 'rule' as const, color: INK.soft.light, strokeDash: [4, 3] },
      encoding: { x: x('one') },
    },
    {
      data,
      transform: [{ filter: 'isValid(datum.low) && isValid(datum.high)' }],
      mark: { type: 'rule' as const, strokeWidth: 1.6 },
      encoding: { x: x('low'), x2: { field: 'high' }, y, color },
    },
    {
      data,
      transform: [{ filter: '!datum.end' }],
      mark: { type: 'point' as const, filled: true, size: 60, shape: 'square', opacity: 1 },
      encoding: { x: x('estimate'), y, color },
    },
    {
      data,
      transform: [{ filter: 'datum.end' }],
      mark: { type: 'point' as const, filled: false, size: 60, shape: 'triangle', opacity: 1 },
      encoding: { x: x('estimate'), y, color },
    },
    {
      data,
      mark: { type: 'text' as const, align: 'left' as const, fontSize: 10.5, color: INK.soft.light },
      encoding: { x: { value: WIDTH + 12 }, y, text: { field: 'note', type: 'nominal' as const } },
    },
  ]
}

const TICKS = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20]
