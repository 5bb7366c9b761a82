/**
 * Stopping trials whose best report so far is worse than a percentile of the completed trials at the same step.
 *
 * The rule of Optuna's PercentilePruner (Golovin et al., Google Vizier, 2017, section 3.3.2 has a close relative of its
 * median). NaN reports are ignored, and a trial that reported nothing else is stopped. Reports of completed trials are
 * kept sorted by step, so that a question costs the same however many there are.
 *
 * @module
 */
import { lastStep, type Direction, type FrozenTrial } from './frozen-trial.ts'
import { checkPrunerCounts, isFirstInInterval, type Pruner } from './pruner.ts'
import { singleDirection } from './sampler.ts'
import { createFollower } from './trial-follower.ts'

export interface PercentilePrunerOptions {
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
 * Keeps the best `percentile` percent: 25 stops what is not in the best quarter. One direction only.
 *
 * @param percentile in [0, 100]
 * @throws RangeError for a percentile outside of that, a negative or fractional count, or an interval below 1
 */
export function percentilePruner(percentile: number, options: PercentilePrunerOptions = {}): Pruner {
  if (!(percentile >= 0 && percentile <= 100)) {
    throw new RangeError(`percentilePruner: expected a percentile in [0, 100], got ${percentile}`)
  }
  return percentileRule('percentilePruner', { percentile, options })
}

/** The rule under the name of the pruner that uses it. */
export function percentileRule(
  who: string,
  { percentile, options }: { percentile: number; options: PercentilePrunerOptions },
): Pruner {
  const { nStartupTrials = 5, nWarmupSteps = 0, interval = 1, nMinTrials = 1 } = options
  checkPrunerCounts(who, { nStartupTrials, nWarmupSteps }, 0)
  checkPrunerCounts(who, { interval, nMinTrials }, 1)
  const reports = createReports()
  return {
    name: who.replace('Pruner', ''),
    shouldPrune({ trial, finished, directions }) {
      const direction = singleDirection(directions, who)
      reports.follow(finished)
      const step = lastStep(trial)
      if (reports.completed() === 0 || reports.completed() < nStartupTrials) return false
      if (step === null || step < nWarmupSteps) return false
      if (!isFirstInInterval(trial, { step, nWarmupSteps, interval })) return false
      const best = bestReport(trial, direction)
      if (best === null) return true
      const { count, sorted } = reports.at(step)
      if (count < nMinTrials) return false
      // Without a single number at the step the bound is NaN, which no comparison fulfils.
      const bound = quantile(sorted, (direction === 'maximize' ? 100 - percentile : percentile) / 100)
      return direction === 'maximize' ? best < bound : best > bound
    },
  }
}

/** Reports of completed trials, by step. */
function createReports() {
  const steps = new Map<number, { count: number; readonly sorted: number[] }>()
  let completed = 0
  const change = (trial: FrozenTrial, by: 1 | -1) => {
    if (trial.state !== 'complete') return
    completed += by
    for (const [step, value] of trial.intermediateValues) {
      const at = steps.get(step) ?? { count: 0, sorted: [] }
      steps.set(step, at)
      at.count += by
      if (Number.isNaN(value)) continue
      if (by === 1) at.sorted.splice(placeOf(at.sorted, value), 0, value)
      else at.sorted.splice(placeOf(at.sorted, value), 1)
    }
  }
  return {
    follow: createFollower({ push: (trial) => change(trial, 1), pop: (trial) => change(trial, -1) }),
    completed: () => completed,
    at: (step: number) => steps.get(step) ?? { count: 0, sorted: [] },
  }
}

/** How many of the sorted values are smaller. */
function placeOf(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle] < value) low = middle + 1
    else high = middle
  }
  return low
}

/** Interpolated between neighbours as in numpy; NaN of nothing. */
function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
  // Equal infinities have no difference to interpolate.
  return below === above ? below : below + (above - below) * (place - Math.floor(place))
}

function bestReport(trial: FrozenTrial, direction: Direction): number | null {
  let best: number | null = null
  for (const value of trial.intermediateValues.values()) {
    if (Number.isNaN(value)) continue
    if (best === null || (direction === 'maximize' ? value > best : value < best)) best = value
  }
  return best
}
