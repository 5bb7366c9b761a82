/**
 * The value against one parameter at a time: Optuna's slice plot.
 *
 * @module
 */
import { drawnValue, parameterAxes, type ParameterAxis } from './parameter-axes.ts'
import { scoredTrials, type ObjectiveOption, type StudySource } from './study-source.ts'

export interface Slice {
  readonly axis: ParameterAxis
  readonly points: readonly { readonly number: number; readonly x: number | string; readonly value: number }[]
}

/** One slice for each parameter; trials without it have no point in it. */
export function slices(study: StudySource, { objective = 0 }: ObjectiveOption = {}): Slice[] {
  const scored = scoredTrials(study, objective)
  return parameterAxes(scored.map(({ trial }) => trial)).map((axis) => ({
    axis,
    points: scored
      .filter(({ trial }) => axis.name in trial.params)
      .map(({ trial, value }) => ({ number: trial.number, x: drawnValue(trial.params[axis.name], axis), value })),
  }))
}
