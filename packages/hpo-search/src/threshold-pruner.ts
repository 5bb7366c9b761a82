/**
 * Stopping trials whose report leaves given bounds, or is NaN: diverged trainings, settings that break a limit.
 *
 * @module
 */
import { lastStep } from './frozen-trial.ts'
import { checkPrunerCounts, isFirstInInterval, type Pruner } from './pruner.ts'

export interface ThresholdPrunerOptions {
  /** Reports below are stopped. Default -Infinity. */
  readonly lower?: number
  /** Reports above are stopped. Default Infinity. */
  readonly upper?: number
  /** No trial is stopped before this step. Default 0. */
  readonly nWarmupSteps?: number
  /** Steps between checks, counted from the warm-up. Default 1. */
  readonly interval?: number
}

/**
 * The rule of Optuna's ThresholdPruner; the direction does not matter.
 *
 * @throws TypeError without any bound; RangeError for bounds that leave nothing, or counts out of range
 */
export function thresholdPruner(options: ThresholdPrunerOptions): Pruner {
  const { lower = -Infinity, upper = Infinity, nWarmupSteps = 0, interval = 1 } = options
  if (options.lower === undefined && options.upper === undefined) {
    throw new TypeError('thresholdPruner: expected lower, upper or both, got neither')
  }
  if (!(lower <= upper)) throw new RangeError(`thresholdPruner: expected lower <= upper, got ${lower} and ${upper}`)
  checkPrunerCounts('thresholdPruner', { nWarmupSteps }, 0)
  checkPrunerCounts('thresholdPruner', { interval }, 1)
  return {
    name: 'threshold',
    shouldPrune({ trial }) {
      const step = lastStep(trial)
      if (step === null || step < nWarmupSteps) return false
      if (!isFirstInInterval(trial, { step, nWarmupSteps, interval })) return false
      const value = trial.intermediateValues.get(step) as number
      return !(value >= lower && value <= upper)
    },
  }
}
