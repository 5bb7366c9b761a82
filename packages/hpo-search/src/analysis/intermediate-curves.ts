/**
 * What trials reported on their way: Optuna's intermediate values.
 *
 * @module
 */
import { type TrialState } from '../frozen-trial.ts'
import { type StudySource } from './study-source.ts'

export interface IntermediateCurve {
  readonly number: number
  readonly state: TrialState
  /** By step, ascending; reports that are not finite are null. */
  readonly points: readonly { readonly step: number; readonly value: number | null }[]
}

/** The curves of all trials that reported anything, in order of number. */
export function intermediateCurves({ trials }: Pick<StudySource, 'trials'>): IntermediateCurve[] {
  return trials
    .filter(({ intermediateValues }) => intermediateValues.size > 0)
    .map(({ number, state, intermediateValues }) => ({
      number,
      state,
      points: [...intermediateValues]
        .sort(([one], [other]) => one - other)
        .map(([step, value]) => ({ step, value: Number.isFinite(value) ? value : null })),
    }))
}
