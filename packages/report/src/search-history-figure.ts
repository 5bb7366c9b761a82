/**
 * Search history: the value of every trial as a faint point, the best so far as a step line, one colour per arm.
 *
 * Against seconds the figure answers what a searcher asks ("how good is what I have after an hour"), against trials it
 * shows whether a proxy leads the sampler the same way. Trials without a finite value (failed, pruned) have no point.
 *
 * @module
 */
import { emptyFigure, figureOf, type Figure } from './figure.ts'
import { formatNumber } from './format.ts'
import { colourOf, dashOf, shapeOf } from './series-scale.ts'
import { timeAxis } from './time-axis.ts'

export interface HistoryPoint {
  readonly trial: number
  /** Search time up to the end of this trial, in seconds. */
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

type Drawn = { series: string; x: number; value: number | null; best: number | null }

export function searchHistoryFigure({ arms }: SearchHistory, options: SearchHistoryOptions = {}): Figure {
  const { x = 'seconds', valueName = 'Dice', direction = 'maximize' } = options
  const points = arms.flatMap(({ name, points: own }) => drawnPoints(name, own, { x, direction }))
  const missing = arms.reduce((sum, arm) => sum + arm.points.filter(({ value }) => !finite(value)).length, 0)
  const words = {
    title: 'Search history.',
    caption: `Points are trials, lines the best ${valueName} so far${missing > 0 ? `; ${missing} trials without a value have no point` : ''}.`,
    alt: `Best ${valueName} so far per arm: ${arms.map(({ name }) => `${name} ${formatNumber(lastBest(points, name))}`).join(', ')}.`,
    width: 'wide' as const,
  }
  if (points.length === 0) return emptyFigure(words)
  const names = arms.map(({ name }) => name)
  const time = timeAxis(points.map((point) => point.x))
  const values = x === 'seconds' ? points.map((point) => ({ ...point, x: point.x / time.divisor })) : points
  const xField = {
    field: 'x',
    type: 'quantitative' as const,
    title: x === 'seconds' ? `search time (${time.unit})` : 'trial',
    scale: { zero: x === 'seconds', nice: true },
    axis: { grid: false, ...(x === 'trial' ? { tickMinStep: 1, format: 'd' } : {}) },
  }
  const yField = (field: 'value' | 'best') => ({
    field,
    type: 'quantitative' as const,
    title: valueName,
    scale: { zero: false, nice: true },
  })
  const spec = {
    width: 680,
    height: 300,
    data: { values },
    encoding: { x: xField, color: colourOf(names) },
    layer: [
      {
        transform: [{ filter: 'isValid(datum.value)' }],
        mark: { type: 'point' as const, filled: true, size: 34, opacity: 0.45 },
        encoding: { y: yField('value'), shape: shapeOf(names) },
      },
      {
        transform: [{ filter: 'isValid(datum.best)' }],
        mark: { type: 'line' as const, interpolate: 'step-after' as const, strokeWidth: 2.2 },
        encoding: { y: yField('best'), strokeDash: dashOf(names) },
      },
    ],
  }
  return figureOf(spec, words)
}

function drawnPoints(
  series: string,
  points: readonly HistoryPoint[],
  { x, direction }: Required<Pick<SearchHistoryOptions, 'x' | 'direction'>>,
): Drawn[] {
  let best: number | null = null
  const better = (value: number) => best === null || (direction === 'maximize' ? value > best : value < best)
  return points.flatMap((point) => {
    const value = finite(point.value) ? point.value : null
    if (value !== null && better(value)) best = value
    const place = x === 'seconds' ? point.seconds : point.trial
    if (!finite(place)) return []
    return [{ series, x: place, value, best: point.best === undefined ? best : finite(point.best) ? point.best : null }]
  })
}

function finite(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function lastBest(points: readonly Drawn[], name: string): number {
  return points.findLast(({ series, best }) => series === name && best !== null)?.best ?? NaN
}
