/**
 * Stopping trials whose best report so far is worse than the median of the completed trials at the same step.
 *
 * The rule of Optuna's MedianPruner (Golovin et al., Google Vizier, 2017, section 3.3.2 has a close relative). NaN
 * reports are ignored, and a trial that reported nothing else is stopped.
 *
 * @module
 */
import { lastStep, type Direction, type FrozenTrial } from './frozen-trial.ts'
import { type Pruner } from './pruner.ts'
import { singleDirection } from './sampler.ts'

export interface MedianPrunerOptions {
  /** No trial is stopped before so many have completed. Default 5. */
  readonly nStartupTrials?: number
  /** No trial is stopped before this step. Default 0. */
  readonly nWarmupSteps?: number
  /** Steps between checks, counted from the warm-up. Default 1. */
  readonly interval?: number
  /** Completed trials needed at the step. Default 1. */
  readonly nMinTrials?: number
}

/**
 * The median rule.
 *
 * @throws RangeError for a negative or fractional count, or an interval below 1
 */
export function medianPruner(options: MedianPrunerOptions = {}): Pruner {
  const { nStartupTrials = 5, nWarmupSteps = 0, interval = 1, nMinTrials = 1 } = options
  checkCounts({ nStartupTrials, nWarmupSteps }, 0)
  checkCounts({ interval, nMinTrials }, 1)
  return {
    name: 'median',
    shouldPrune({ trial, trials, directions }) {
      const direction = singleDirection(directions, 'medianPruner')
      const completed = trials.filter(({ state }) => state === 'complete')
      const step = lastStep(trial)
      if (completed.length === 0 || completed.length < nStartupTrials) return false
      if (step === null || step < nWarmupSteps) return false
      if (!isFirstInInterval(trial, { step, nWarmupSteps, interval })) return false
      const best = bestReport(trial, direction)
      if (best === null) return true
      const atStep = completed.flatMap(({ intermediateValues }) => intermediateValues.get(step) ?? [])
      if (atStep.length < nMinTrials) return false
      const middle = nanMedian(atStep)
      return direction === 'maximize' ? best < middle : best > middle
    },
  }
}

function checkCounts(counts: Record<string, number>, least: number): void {
  for (const [name, count] of Object.entries(counts)) {
    if (!Number.isSafeInteger(count) || count < least) {
      throw new RangeError(`medianPruner: expected ${name} to be a whole number of at least ${least}, got ${count}`)
    }
  }
}

/** Whether no earlier report fell into the interval of this step. */
function isFirstInInterval(
  trial: FrozenTrial,
  { step, nWarmupSteps, interval }: { step: number; nWarmupSteps: number; interval: number },
): boolean {
  const start = Math.floor((step - nWarmupSteps) / interval) * interval + nWarmupSteps
  const earlier = [...trial.intermediateValues.keys()].filter((other) => other !== step)
  return Math.max(-1, ...earlier) < start
}

function bestReport(trial: FrozenTrial, direction: Direction): number | null {
  const reports = [...trial.intermediateValues.values()].filter((value) => !Number.isNaN(value))
  if (reports.length === 0) return null
  return direction === 'maximize' ? Math.max(...reports) : Math.min(...reports)
}

/** The median of the numbers among the values; NaN, which no comparison fulfils, when there is none. */
function nanMedian(values: readonly number[]): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2
}
