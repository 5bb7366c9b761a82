/**
 * Search history: the value of every trial as a faint point, the best so far as a step line, one colour per arm.
 *
 * Against seconds the figure answers what a searcher asks ("how good is what I have after an hour"), against trials it
 * shows whether a proxy leads the sampler the same way. Trials without a finite value (failed, pruned) have no point.
 *
 * @module
 */
import { timeUnit, valueAxis } from './axes.ts'
import { emptyFigure, figureOf, type Figure } from './figure.ts'
import { formatNumber } from './format.ts'
import { lineSeries, pointsOverLines } from './series-scale.ts'

export interface HistoryPoint {
  readonly trial: number
  /** Search time up to the end of this trial, in seconds; a point without it is not drawn against seconds. */
  readonly seconds?: number
  readonly value: number | null
  /** Best value so far; worked out from the values when left out. */
  readonly best?: number | null
}

export interface SearchHistory {
  readonly arms: readonly { readonly name: string; readonly points: readonly HistoryPoint[] }[]
}

export interface SearchHistoryOptions {
  readonly x?: 'seconds' | 'trial'
  readonly valueName?: string
  readonly direction?: 'maximize' | 'minimize'
}

type Drawn = {
  readonly series: string
  readonly x: number
  readonly value: number | null
  readonly best: number | null
}

/** Points are drawn in the order given, which must be that of the search. */
export function searchHistoryFigure({ arms }: SearchHistory, options: SearchHistoryOptions = {}): Figure {
  const { x = 'seconds', valueName = 'Dice', direction = 'maximize' } = options
  const points = arms.flatMap(({ name, points: own }) => drawnPoints(own, { name, x, direction }))
  const missing = arms.flatMap((arm) => arm.points).filter(({ value }) => !finite(value)).length
  const without = missing > 0 ? `; ${missing} without a value ${missing === 1 ? 'has' : 'have'} no point` : ''
  const ends = arms.map(({ name }) => `${name} ${formatNumber(lastBest(points, name))}`)
  const words = {
    title: 'Search history.',
    caption: `Points are trials${without}; lines are the best ${valueName} so far.`,
    alt: `Best ${valueName} at the end of the search: ${ends.join(', ')}.`,
    width: 'wide' as const,
  }
  if (points.length === 0) return emptyFigure(words)
  return figureOf(specOf(points, { names: arms.map(({ name }) => name), x, valueName }), words)
}

type Look = { readonly names: readonly string[]; readonly x: 'seconds' | 'trial'; readonly valueName: string }

function specOf(points: readonly Drawn[], { names, x, valueName }: Look) {
  const { unit, divisor } = x === 'seconds' ? timeUnit(points.map((point) => point.x)) : { unit: '', divisor: 1 }
  const axis = x === 'seconds' ? { grid: false } : { grid: false, tickMinStep: 1, format: 'd' }
  const title = x === 'seconds' ? `search time (${unit})` : 'trial'
  const xField = {
    field: 'x',
    type: 'quantitative' as const,
    title,
    scale: { zero: x === 'seconds', nice: true },
    axis,
  }
  const dots = {
    transform: [{ filter: 'isValid(datum.value)' }],
    mark: { type: 'point' as const, filled: true, size: 34, opacity: 0.45 },
    encoding: { x: xField, y: valueAxis('value', valueName), ...pointsOverLines(names) },
  }
  const best = {
    transform: [{ filter: 'isValid(datum.best)' }],
    mark: { type: 'line' as const, interpolate: 'step-after' as const, strokeWidth: 2.2 },
    encoding: { x: xField, y: valueAxis('best', valueName), ...lineSeries(names) },
  }
  const values = points.map((point) => ({ ...point, x: point.x / divisor }))
  const resolve = { scale: { color: 'independent' as const, strokeDash: 'independent' as const } }
  return { width: 800, height: 320, data: { values }, layer: [best, dots], resolve }
}

type Arm = { readonly name: string } & Required<Pick<SearchHistoryOptions, 'x' | 'direction'>>

function drawnPoints(points: readonly HistoryPoint[], { name, x, direction }: Arm): Drawn[] {
  let best: number | null = null
  const isBetter = (value: number) => best === null || (direction === 'maximize' ? value > best : value < best)
  return points.flatMap((point) => {
    const value = finite(point.value) ? point.value : null
    if (value !== null && isBetter(value)) best = value
    const place = x === 'seconds' ? point.seconds : point.trial
    if (!finite(place)) return []
    const given = finite(point.best) ? point.best : null
    return [{ series: name, x: place, value, best: point.best === undefined ? best : given }]
  })
}

function finite(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function lastBest(points: readonly Drawn[], name: string): number {
  return points.findLast(({ series, best }) => series === name && best !== null)?.best ?? NaN
}
