/**
 * Each trial as a line through its parameters: Optuna's parallel coordinates.
 *
 * @module
 */
import { type Distribution } from '../distribution.ts'
import { parameterAxes, positionOn, type ParameterAxis } from './parameter-axes.ts'
import { scoredTrials, widestDistributions, type ObjectiveOption, type StudySource } from './study-source.ts'

export interface ParallelCoordinates {
  readonly axes: readonly ParameterAxis[]
  readonly lines: readonly {
    readonly number: number
    readonly value: number
    /** Place on each axis from 0 to 1; null where the trial has no such parameter. */
    readonly positions: readonly (number | null)[]
  }[]
}

/** Completed trials with a finite value of the objective. */
export function parallelCoordinates(study: StudySource, { objective = 0 }: ObjectiveOption = {}): ParallelCoordinates {
  const scored = scoredTrials(study, objective)
  const trials = scored.map(({ trial }) => trial)
  const distributions = widestDistributions(trials)
  const axes = parameterAxes(trials)
  const lines = scored.map(({ trial, value }) => {
    const place = (name: string) => positionOn(trial, { name, distribution: distributions.get(name) as Distribution })
    return { number: trial.number, value, positions: axes.map(({ name }) => place(name)) }
  })
  return { axes, lines }
}
