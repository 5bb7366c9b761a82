/**
 * Trials by two of their objectives, with the front: Optuna's Pareto front plot.
 *
 * @module
 */
import { isFeasible } from '../frozen-trial.ts'
import { paretoFront } from '../pareto-front.ts'
import { type StudySource } from './study-source.ts'

export interface ParetoPoint {
  readonly number: number
  /** One value per direction. */
  readonly values: readonly number[]
  /** Whether no other feasible trial is at least as good in every direction and better in one. */
  readonly onFront: boolean
  readonly feasible: boolean
}

/** Completed trials whose values are all finite, in order of number. */
export function paretoPoints({ trials, directions }: StudySource): ParetoPoint[] {
  const front = new Set(paretoFront(trials, directions).map(({ number }) => number))
  return trials.flatMap((trial) => {
    const { number, state, values } = trial
    if (state !== 'complete' || values === null || !values.every(Number.isFinite)) return []
    return [{ number, values, onFront: front.has(number), feasible: isFeasible(trial) }]
  })
}
