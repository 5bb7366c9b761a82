/**
 * The share of trials with a value up to each value: Optuna's EDF plot, which compares whole searches.
 *
 * @module
 */
import { scoredTrials, type ObjectiveOption, type StudySource } from './study-source.ts'

export interface DistributionStep {
  readonly value: number
  /** Share of the completed trials with at most this value. */
  readonly share: number
}

/** One step for each different value, ascending. */
export function empiricalDistribution(study: StudySource, { objective = 0 }: ObjectiveOption = {}): DistributionStep[] {
  const values = scoredTrials(study, objective)
    .map(({ value }) => value)
    .sort((one, other) => one - other)
  return values.flatMap((value, index) =>
    value === values[index + 1] ? [] : [{ value, share: (index + 1) / values.length }],
  )
}
