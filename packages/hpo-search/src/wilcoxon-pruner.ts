/**
 * Stopping trials that are worse than the best one on the same instances: steps are instances (folds, data sets), not time.
 *
 * The rule of Optuna's WilcoxonPruner: a signed-rank test of the differences at the steps both have reported, unless the
 * trial's mean is no worse than the best one's (then the test and the mean disagree and nothing is stopped).
 *
 * @module
 */
import { createBestTrial } from './best-trial.ts'
import { type Direction, type FrozenTrial } from './frozen-trial.ts'
import { checkPrunerCounts, type Pruner } from './pruner.ts'
import { singleDirection } from './sampler.ts'
import { signedRankPValue } from './wilcoxon.ts'

export interface WilcoxonPrunerOptions {
  /** A trial is stopped when a difference as clear has at most this chance. Default 0.1. */
  readonly pThreshold?: number
  /** Common steps needed; at least 2 in any case. Default 2. */
  readonly nStartupSteps?: number
}

/**
 * The signed-rank rule. Report instances in the same order in no trial (shuffle them), or the first ones decide. Trials
 * with a report that is not finite are never stopped. One direction only.
 *
 * @throws RangeError for a threshold outside of [0, 1] or a negative number of steps
 */
export function wilcoxonPruner({ pThreshold = 0.1, nStartupSteps = 2 }: WilcoxonPrunerOptions = {}): Pruner {
  if (!(pThreshold >= 0 && pThreshold <= 1)) {
    throw new RangeError(`wilcoxonPruner: expected pThreshold in [0, 1], got ${pThreshold}`)
  }
  checkPrunerCounts('wilcoxonPruner', { nStartupSteps }, 0)
  const bestFor = { minimize: createBestTrial('minimize'), maximize: createBestTrial('maximize') }
  return {
    name: 'wilcoxon',
    shouldPrune({ trial, finished, directions }) {
      const direction = singleDirection(directions, 'wilcoxonPruner')
      const best = bestFor[direction](finished)
      if (best === null || !isFiniteThroughout(trial) || !isFiniteThroughout(best)) return false
      const differences = worseBy(trial, { best, direction })
      if (differences.length < Math.max(2, nStartupSteps)) return false
      return signedRankPValue(differences) < pThreshold && meanOf(trial, direction) > meanOf(best, direction)
    },
  }
}

function isFiniteThroughout({ intermediateValues }: FrozenTrial): boolean {
  return intermediateValues.size > 0 && [...intermediateValues.values()].every(Number.isFinite)
}

/** How much worse the trial is at each common step. */
function worseBy(trial: FrozenTrial, { best, direction }: { best: FrozenTrial; direction: Direction }): number[] {
  const sign = direction === 'maximize' ? -1 : 1
  return [...trial.intermediateValues].flatMap(([step, value]) => {
    const other = best.intermediateValues.get(step)
    return other === undefined ? [] : [sign * (value - other)]
  })
}

/** Mean report as a loss. */
function meanOf({ intermediateValues }: FrozenTrial, direction: Direction): number {
  const sum = [...intermediateValues.values()].reduce((total, value) => total + value, 0)
  return ((direction === 'maximize' ? -1 : 1) * sum) / intermediateValues.size
}
