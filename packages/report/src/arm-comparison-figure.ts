/**
 * How arms compare: one panel per setting, one line per arm with its seeds, their range and the mean's interval.
 *
 * The pale band spans the seeds, dots are single seeds, the tick is the mean over seeds; a thin rule is the interval the
 * caller gives for it. The dashed line marks the first arm, which the others are compared with. Each panel has its own
 * range: settings differ far more than arms do.
 *
 * @module
 */
import { emptyFigure, figureOf, type Figure } from './figure.ts'
import { formatNumber, type Interval } from './format.ts'
import { COLOURS, INK } from './theme.ts'
import { whiskerValues } from './whiskers.ts'

export interface ComparedArm {
  readonly name: string
  /** One value a seed; values that are not finite have no dot. */
  readonly seeds: readonly number[]
  /** Mean over seeds, alone or with its interval; default the plain mean of `seeds`. */
  readonly mean?: number | Interval
}

export interface ComparedSetting {
  readonly name: string
  /** The first arm is the one that others are compared with. */
  readonly arms: readonly ComparedArm[]
}

export interface ArmComparisonOptions {
  readonly title?: string
  readonly valueName?: string
}

type Row = { arm: string; estimate: number; low: number | null; high: number | null; least: number; most: number }

/** Arms without a finite value are left out; a setting without arms has no panel. */
export function armComparisonFigure(
  { settings }: { readonly settings: readonly ComparedSetting[] },
  options: ArmComparisonOptions = {},
): Figure {
  const { title = 'Arms.', valueName = 'mask IoU' } = options
  const panels = settings
    .map(({ name, arms }) => ({ name, arms: arms.filter(({ seeds }) => seeds.some(Number.isFinite)) }))
    .filter(({ arms }) => arms.length > 0)
  const words = {
    title,
    caption: `${valueName.replace(/^./, (first) => first.toUpperCase())}: dots are seeds, pale bands their range, ticks the mean over seeds with its interval; the dashed line is the first arm.`,
    alt: panels.map(describe).join(' '),
    width: 'wide' as const,
  }
  if (panels.length === 0) return emptyFigure(words)
  const rows = panels.map(({ arms }) => arms.map(rowOf))
  const width = panels.length > 1 ? Math.floor(640 / panels.length) : 480
  return figureOf(
    {
      spacing: 26,
      resolve: { scale: { x: 'independent', y: 'independent', color: 'independent' } },
      hconcat: panels.map((panel, i) =>
        panelOf(panel, {
          rows: rows[i],
          domain: domainOf(rows[i]),
          width,
          valueName,
          labels: i === 0 || !sameArms(rows[0], rows[i]),
        }),
      ),
    },
    words,
  )
}

function sameArms(a: readonly Row[], b: readonly Row[]): boolean {
  return a.length === b.length && a.every(({ arm }, i) => arm === b[i].arm)
}

function rowOf({ name, seeds, mean }: ComparedArm): Row {
  const finite = seeds.filter(Number.isFinite)
  const plain = finite.reduce((sum, value) => sum + value, 0) / finite.length
  return {
    arm: name,
    ...whiskerValues(mean ?? plain),
    least: finite.reduce((a, b) => Math.min(a, b)),
    most: finite.reduce((a, b) => Math.max(a, b)),
  }
}

function describe({ name, arms }: ComparedSetting): string {
  return `${name}: ${arms.map((arm) => `${arm.name} ${formatNumber(rowOf(arm).estimate, { decimals: 3 })}`).join(', ')}.`
}

function domainOf(rows: readonly Row[]): [number, number] {
  const ends = rows.flatMap(({ estimate, low, high, least, most }) => [
    estimate,
    low ?? least,
    high ?? most,
    least,
    most,
  ])
  const [low, high] = [ends.reduce((a, b) => Math.min(a, b)), ends.reduce((a, b) => Math.max(a, b))]
  const room = Math.max(0.004, 0.08 * (high - low))
  return [low - room, high + room]
}

interface PanelOptions {
  readonly rows: readonly Row[]
  readonly domain: readonly [number, number]
  readonly width: number
  readonly valueName: string
  /** Names of the arms left of the panel. */
  readonly labels: boolean
}

function panelOf({ name, arms }: ComparedSetting, { rows, domain, width, valueName, labels }: PanelOptions) {
  const names = rows.map(({ arm }) => arm)
  const x = (field: string) => ({
    field,
    type: 'quantitative' as const,
    title: valueName,
    scale: { domain: [...domain], nice: false, zero: false },
    axis: { tickCount: 4 },
  })
  const y = {
    field: 'arm',
    type: 'nominal' as const,
    title: null,
    scale: { domain: names },
    axis: { domain: false, ticks: false, labels, labelLimit: 120 },
  }
  const colour = { field: 'arm', type: 'nominal' as const, scale: { domain: names, range: [...COLOURS] }, legend: null }
  const seeds = arms.flatMap((arm) => arm.seeds.filter(Number.isFinite).map((value) => ({ arm: arm.name, value })))
  const rules = { data: { values: [...rows] } }
  return {
    width,
    height: 28 * names.length + 12,
    title: { text: name },
    layer: [
      {
        data: { values: [{ reference: rows[0].estimate }] },
        mark: { type: 'rule' as const, color: INK.line.light, strokeDash: [4, 3] },
        encoding: { x: x('reference') },
      },
      {
        ...rules,
        mark: { type: 'bar' as const, height: 12, opacity: 0.22, cornerRadius: 3 },
        encoding: { x: x('least'), x2: { field: 'most' }, y, color: colour },
      },
      {
        ...rules,
        transform: [{ filter: 'isValid(datum.low) && isValid(datum.high)' }],
        mark: { type: 'rule' as const, strokeWidth: 1.6 },
        encoding: { x: x('low'), x2: { field: 'high' }, y, color: colour },
      },
      {
        data: { values: seeds },
        mark: { type: 'point' as const, filled: true, size: 34, opacity: 0.75 },
        encoding: { x: x('value'), y, color: colour },
      },
      {
        ...rules,
        mark: { type: 'tick' as const, thickness: 2.4, height: 16 },
        encoding: { x: x('estimate'), y, color: colour },
      },
    ],
  }
}
