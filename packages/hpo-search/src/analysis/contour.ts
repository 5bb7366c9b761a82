/**
 * The value over two parameters: the points of Optuna's contour and rank plots, and a surface between them.
 *
 * The surface is Shepard's inverse-distance mean (power 3) of the trials on the axes' own scales, on a grid of cells:
 * our choice, made to be read, not to be trusted between trials.
 *
 * @module
 */
import { type Distribution } from '../distribution.ts'
import { drawnValue, parameterAxes, positionOn, type ParameterAxis } from './parameter-axes.ts'
import { betterIn } from './optimization-history.ts'
import {
  scoredTrials,
  widestDistributions,
  type ObjectiveOption,
  type ScoredTrial,
  type StudySource,
} from './study-source.ts'

export interface ContourPoint {
  readonly number: number
  readonly x: number | string
  readonly y: number | string
  /** Places on the axes, from 0 to 1. */
  readonly u: number
  readonly v: number
  readonly value: number
  /** 0 for the best trial of the study, 1 for the worst; equal values share a rank. */
  readonly rank: number
}

export interface Contour {
  readonly x: ParameterAxis
  readonly y: ParameterAxis
  readonly points: readonly ContourPoint[]
  /** Values of `columns * rows` cells, row after row from low y; empty without points. */
  readonly surface: { readonly columns: number; readonly rows: number; readonly values: readonly number[] }
}

export interface ContourOptions extends ObjectiveOption {
  /** Names of the two parameters. */
  readonly x: string
  readonly y: string
  /** Cells along a range; choices have one cell each. Default 24. */
  readonly cells?: number
}

/**
 * Trials that have both parameters.
 *
 * @throws RangeError for a parameter no completed trial has
 */
export function contour(study: StudySource, { x, y, objective = 0, cells = 24 }: ContourOptions): Contour {
  const scored = scoredTrials(study, objective)
  const trials = scored.map(({ trial }) => trial)
  const axes = parameterAxes(trials)
  const [xAxis, yAxis] = [x, y].map((name) => axisNamed(axes, name))
  const distributions = widestDistributions(trials)
  const rankOf = ranks(scored, betterIn(study, objective))
  const points = scored
    .filter(({ trial }) => x in trial.params && y in trial.params)
    .map(({ trial, value }) => {
      const place = (name: string) => positionOn(trial, { name, distribution: distributions.get(name) as Distribution })
      return {
        number: trial.number,
        x: drawnValue(trial.params[x], xAxis),
        y: drawnValue(trial.params[y], yAxis),
        u: place(x) as number,
        v: place(y) as number,
        value,
        rank: rankOf.get(value) as number,
      }
    })
  return { x: xAxis, y: yAxis, points, surface: surfaceOf(points, { xAxis, yAxis, cells }) }
}

function axisNamed(axes: readonly ParameterAxis[], name: string): ParameterAxis {
  const axis = axes.find((each) => each.name === name)
  if (axis !== undefined) return axis
  const known = axes.map((each) => each.name).join(', ') || 'none'
  throw new RangeError(`contour: expected a parameter of the completed trials (${known}), got '${name}'`)
}

function ranks(
  scored: readonly ScoredTrial[],
  isBetter: (one: number, other: number) => boolean,
): ReadonlyMap<number, number> {
  const different = [...new Set(scored.map(({ value }) => value))].sort((one, other) => (isBetter(one, other) ? -1 : 1))
  return new Map(different.map((value, place) => [value, different.length > 1 ? place / (different.length - 1) : 0]))
}

function surfaceOf(
  points: readonly ContourPoint[],
  { xAxis, yAxis, cells }: { xAxis: ParameterAxis; yAxis: ParameterAxis; cells: number },
): Contour['surface'] {
  const [columns, rows] = [xAxis, yAxis].map(({ kind, choices }) => (kind === 'choice' ? choices.length : cells))
  if (points.length === 0) return { columns, rows, values: [] }
  const values = Array.from({ length: columns * rows }, (_, cell) => {
    const centre = { u: ((cell % columns) + 0.5) / columns, v: (Math.floor(cell / columns) + 0.5) / rows }
    return weightedMean(points, centre)
  })
  return { columns, rows, values }
}

function weightedMean(points: readonly ContourPoint[], { u, v }: { u: number; v: number }): number {
  let [sum, weights] = [0, 0]
  for (const point of points) {
    // A point in the very centre outweighs all others without dividing by zero.
    const weight = 1 / (Math.hypot(point.u - u, point.v - v) + 1e-6) ** 3
    sum += weight * point.value
    weights += weight
  }
  return sum / weights
}
