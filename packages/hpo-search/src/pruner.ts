/**
 * What stops hopeless trials: a pure function of the reports so far.
 *
 * Like a sampler a pruner keeps nothing between calls. What later trials must know of a decision goes into the trial's
 * system attributes.
 *
 * @module
 */
import { type Attributes, type Direction, type FrozenTrial } from './frozen-trial.ts'

export interface PruneContext {
  /** The running trial. Its reports end at the step being judged, even when an earlier attempt went further. */
  readonly trial: FrozenTrial
  /** All trials of the study, in order of number. */
  readonly trials: readonly FrozenTrial[]
  /** The finished ones among them, in order of number. A live array: look, do not keep. */
  readonly finished: readonly FrozenTrial[]
  readonly directions: readonly Direction[]
}

/** Whether to stop, and what to keep of the decision for later trials to compete with. */
export type PruneDecision = boolean | { readonly prune: boolean; readonly systemAttributes: Attributes }

export interface Pruner {
  readonly name: string
  /** Whether the trial should stop now. The same context gives the same answer. */
  shouldPrune(context: PruneContext): PruneDecision
}

/** Lets every trial run to its end. */
export function noPruner(): Pruner {
  return { name: 'none', shouldPrune: () => false }
}
