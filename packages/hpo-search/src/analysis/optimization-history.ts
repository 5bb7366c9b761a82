/**
 * The value of each trial and the best so far: Optuna's optimization history.
 *
 * @module
 */
import { isFeasible } from '../frozen-trial.ts'
import { scoredTrials, type ObjectiveOption, type StudySource } from './study-source.ts'

export interface HistoryEntry {
  readonly number: number
  readonly value: number
  /** Best value of a feasible trial up to this one in order of number; null before any. */
  readonly best: number | null
  readonly feasible: boolean
}

/** Completed trials with a finite value of the objective (default the first), in order of number. */
export function optimizationHistory(study: StudySource, { objective = 0 }: ObjectiveOption = {}): HistoryEntry[] {
  const isBetter = betterIn(study, objective)
  let best: number | null = null
  return scoredTrials(study, objective).map(({ trial, value }) => {
    const feasible = isFeasible(trial)
    if (feasible && (best === null || isBetter(value, best))) best = value
    return { number: trial.number, value, best, feasible }
  })
}

/** Whether one value is better than another in a direction of the study. */
export function betterIn({ directions }: StudySource, objective: number): (one: number, other: number) => boolean {
  return directions[objective] === 'maximize' ? (one, other) => one > other : (one, other) => one < other
}
