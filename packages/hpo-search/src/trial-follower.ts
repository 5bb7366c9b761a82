/**
 * Keeping an index up with the finished trials of a study without walking over them at every question.
 *
 * Finished trials never change and are sorted by number, so what was seen before differs only from the place on where a
 * late trial came in. The index gives up the trials behind it, last first, and takes the new ones. What it holds is then
 * a function of the trials alone: an index that followed a study equals one built from its journal at once.
 *
 * @module
 */
import { type FrozenTrial } from './frozen-trial.ts'

/** An index over a list of trials. */
export interface TrialIndex {
  /** Takes one more trial at the end. */
  push(trial: FrozenTrial): void
  /** Gives up the last one. */
  pop(trial: FrozenTrial): void
}

/** Brings an index up with `trials`; the function keeps what the index has seen. */
export function createFollower(index: TrialIndex): (trials: readonly FrozenTrial[]) => void {
  const seen: FrozenTrial[] = []
  return (trials) => {
    while (seen.length > 0 && seen[seen.length - 1] !== trials[seen.length - 1]) index.pop(seen.pop() as FrozenTrial)
    for (let place = seen.length; place < trials.length; place++) {
      index.push(trials[place])
      seen.push(trials[place])
    }
  }
}
