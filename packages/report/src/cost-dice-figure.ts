/**
 * What a search cost against what it found: one labelled point per arm, cost on a logarithmic axis, and the same as a
 * table.
 *
 * @module
 */
import { emptyFigure, figureOf, type Figure } from './figure.ts'
import { formatNumber, type Interval } from './format.ts'
import { table, type Table } from './table.ts'
import { timeAxis } from './time-axis.ts'
import { COLOURS, SHAPES } from './theme.ts'

export interface ArmCost {
  readonly name: string
  /** Search time in seconds. */
  readonly seconds: number
  /** Multiply-adds of the search. */
  readonly multiplyAdds?: number
  /** Dice of the final network trained with the arm's winner; an interval draws a whisker. */
  readonly dice: number | Interval
  /** HD95 of the final network in mm. */
  readonly hd95?: number
}

export interface CostDiceOptions {
  readonly diceName?: string
}

/** Arms without a finite time above 0 and a finite Dice are left out. */
export function costDiceFigure({ arms }: { readonly arms: readonly ArmCost[] }, options: CostDiceOptions = {}): Figure {
  const { diceName = 'final Dice' } = options
  const drawn = arms
    .map(intervalOf)
    .filter(({ seconds, dice }) => seconds > 0 && seconds < Infinity && Number.isFinite(dice))
  const words = {
    title: 'Cost and outcome.',
    caption: `${capitalised(diceName)} of the full network trained with each arm's winner, against the time of the search (logarithmic).`,
    alt: drawn
      .map(
        ({ name, seconds, dice }) => `${name}: ${formatNumber(seconds, 'seconds')}, ${diceName} ${formatNumber(dice)}`,
      )
      .join('; '),
    width: 'narrow' as const,
  }
  if (drawn.length === 0) return emptyFigure(words)
  const { unit, divisor } = timeAxis(drawn.map(({ seconds }) => seconds))
  const names = drawn.map(({ name }) => name)
  const x = {
    field: 'cost',
    type: 'quantitative' as const,
    title: `search time (${unit}, log scale)`,
    // Room at both ends, so that the labels beside the points are not cut.
    scale: { type: 'log' as const, domain: logRange(drawn.map(({ seconds }) => seconds / divisor)), nice: false },
    axis: { grid: false, tickCount: 4, format: '~g' },
  }
  const y = {
    type: 'quantitative' as const,
    title: diceName,
    scale: { zero: false, nice: true },
    axis: { tickCount: 5 },
  }
  const pick = <T>(values: readonly T[]) => ({ domain: names, range: names.map((_, i) => values[i % values.length]) })
  const color = { field: 'name', type: 'nominal' as const, legend: null, scale: pick(COLOURS) }
  const spec = {
    width: 340,
    height: 300,
    data: { values: drawn.map((arm) => ({ ...arm, cost: arm.seconds / divisor })) },
    layer: [
      {
        transform: [{ filter: 'isValid(datum.low) && isValid(datum.high)' }],
        mark: { type: 'rule' as const, strokeWidth: 1.6 },
        encoding: { x, y: { field: 'low', ...y }, y2: { field: 'high' }, color },
      },
      {
        mark: { type: 'point' as const, filled: true, size: 110, opacity: 1 },
        encoding: {
          x,
          y: { field: 'dice', ...y },
          color,
          shape: { field: 'name', type: 'nominal' as const, legend: null, scale: pick(SHAPES) },
        },
      },
      {
        mark: { type: 'text' as const, dy: -13, fontSize: 11 },
        encoding: { x, y: { field: 'dice', ...y }, text: { field: 'name', type: 'nominal' as const } },
      },
    ],
  }
  return figureOf(spec, words)
}

/** The arms as a table; the speed-up is against the first arm. */
export function costDiceTable({ arms }: { readonly arms: readonly ArmCost[] }, options: CostDiceOptions = {}): Table {
  const { diceName = 'final Dice' } = options
  return table({
    title: 'Cost and outcome.',
    caption: arms.length > 0 ? `Speed-up of the search is against “${arms[0].name}”.` : '',
    columns: [
      { key: 'name', title: 'arm', format: 'text' },
      { key: 'seconds', title: 'search time', format: 'seconds' },
      { key: 'multiplyAdds', title: 'multiply-adds', format: 'count' },
      { key: 'speedup', title: 'speed-up', format: 'factor' },
      { key: 'dice', title: diceName, format: { decimals: 3 } },
      { key: 'hd95', title: 'HD95 (mm)', format: { decimals: 2 } },
    ],
    rows: arms.map((arm) => ({ ...arm, speedup: arms[0].seconds / arm.seconds })),
  })
}

function intervalOf({ dice, ...arm }: ArmCost) {
  const finite = (value: number) => (Number.isFinite(value) ? value : null)
  if (typeof dice === 'number') return { ...arm, dice, low: null, high: null }
  return { ...arm, dice: dice.estimate, low: finite(dice.low), high: finite(dice.high) }
}

function logRange(values: readonly number[]): [number, number] {
  const low = values.reduce((a, b) => Math.min(a, b))
  const high = values.reduce((a, b) => Math.max(a, b))
  const room = Math.max(1.6, (high / low) ** 0.25)
  return [low / room, high * room]
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
