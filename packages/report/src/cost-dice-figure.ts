/**
 * What a search cost against what it found: one point per arm, cost on a logarithmic axis; and the same as a table.
 *
 * @module
 */
import { logAxis, timeUnit, valueAxis } from './axes.ts'
import { emptyFigure, figureOf, type Figure } from './figure.ts'
import { formatNumber, type Interval } from './format.ts'
import { pointSeries } from './series-scale.ts'
import { table, type Table } from './table.ts'
import { whiskerLayer, whiskerValues } from './whiskers.ts'

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
    .map(({ name, seconds, dice }) => ({ series: name, seconds, ...whiskerValues(dice) }))
    .filter(({ seconds, estimate }) => seconds > 0 && seconds < Infinity && Number.isFinite(estimate))
  const ends = drawn.map(
    (arm) => `${arm.series}: ${formatNumber(arm.seconds, 'seconds')}, ${formatNumber(arm.estimate)}`,
  )
  const words = {
    title: 'Cost and outcome.',
    caption: `${diceName.replace(/^./, (first) => first.toUpperCase())} of the full network trained with each arm's winner, against the time of its search.`,
    alt: `Search time and ${diceName}. ${ends.join('; ')}.`,
    width: 'narrow' as const,
  }
  if (drawn.length === 0) return emptyFigure(words)
  const { unit, divisor } = timeUnit(drawn.map(({ seconds }) => seconds))
  const values = drawn.map((arm) => ({ ...arm, cost: arm.seconds / divisor }))
  const title = `search time (${unit}, log scale)`
  const x = logAxis(
    'cost',
    values.map(({ cost }) => cost),
    { title, format: '~g' },
  )
  const y = valueAxis('estimate', diceName)
  const { color, shape } = pointSeries(drawn.map(({ series }) => series))
  const dots = {
    mark: { type: 'point' as const, filled: true, size: 110, opacity: 1 },
    encoding: { x, y, color, shape },
  }
  return figureOf({ width: 340, height: 280, data: { values }, layer: [whiskerLayer({ x, color }, y), dots] }, words)
}

/** The arms as a table; the speed-up is against the first arm. */
export function costDiceTable({ arms }: { readonly arms: readonly ArmCost[] }, options: CostDiceOptions = {}): Table {
  const { diceName = 'final Dice' } = options
  return table({
    title: 'Cost and outcome.',
    caption: arms.length > 0 ? `The speed-up of each search is against “${arms[0].name}”.` : '',
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
