/**
 * What stops hopeless trials: a pure function of the reports so far.
 *
 * @module
 */
import { type Direction, type FrozenTrial } from './frozen-trial.ts'

export interface PruneContext {
  /** The running trial. Its reports end at the step being judged, even when an earlier attempt went further. */
  readonly trial: FrozenTrial
  /** All trials of the study, in order of number. */
  readonly trials: readonly FrozenTrial[]
  readonly directions: readonly Direction[]
}

export interface Pruner {
  readonly name: string
  /** True when the trial should stop now. The same context gives the same answer. */
  shouldPrune(context: PruneContext): boolean
}

/** Lets every trial run to its end. */
export function noPruner(): Pruner {
  return { name: 'none', shouldPrune: () => false }
}
