/**
 * When a run should end before its number of trials is reached.
 *
 * @module
 */
import { type FrozenTrial } from './frozen-trial.ts'
import { type Study } from './study.ts'

/** Whichever comes first. Trials of earlier runs count, time does not. */
export interface StopAfter {
  /** So many completed trials; failed and pruned ones do not count. */
  readonly completed?: number
  /** So many seconds of this run. */
  readonly seconds?: number
  /** A best value at least as good; one direction only. */
  readonly value?: number
  /** So many finished trials since the best one; one direction only. */
  readonly stagnantTrials?: number
}

/**
 * A rule to be asked before each new trial.
 *
 * @throws RangeError for a limit that is not positive, or `value` and `stagnantTrials` with several directions
 */
export function createStopRule(study: Study, stopAfter: StopAfter): () => boolean {
  const { completed = Infinity, seconds = Infinity, value, stagnantTrials } = stopAfter
  for (const [name, limit] of Object.entries({ completed, seconds, stagnantTrials: stagnantTrials ?? 1 })) {
    if (!(limit > 0)) throw new RangeError(`runStudy: expected stopAfter.${name} > 0, got ${limit}`)
  }
  if ((value !== undefined || stagnantTrials !== undefined) && study.directions.length !== 1) {
    const expected = 'expected one direction with stopAfter.value or stopAfter.stagnantTrials'
    throw new RangeError(`runStudy: ${expected}, got ${study.directions.length}`)
  }
  const begun = performance.now()
  return () => {
    if (study.counts.complete >= completed || performance.now() - begun >= seconds * 1000) return true
    if (value === undefined && stagnantTrials === undefined) return false
    const best = study.bestTrial
    if (best === null) return false
    return hasReached(study, { best, value }) || finishedSince(study, best) >= (stagnantTrials ?? Infinity)
  }
}

function hasReached(study: Study, { best, value }: { best: FrozenTrial; value: number | undefined }): boolean {
  if (value === undefined || best.value === null) return false
  return study.directions[0] === 'maximize' ? best.value >= value : best.value <= value
}

/** Finished trials with a higher number than the best one. */
function finishedSince({ counts }: Study, best: FrozenTrial): number {
  return counts.complete + counts.pruned + counts.fail - best.number - 1
}
