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
  readonly studyName: string
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
  /**
   * Tells the trials that a trial competes with from the others, for pruners that keep groups apart: the sampler is then
   * shown only those, for its parameters as well as its model. Null when there are no groups (yet).
   */
  groupOf?(context: GroupContext): ((number: number) => boolean) | null
}

export interface GroupContext {
  readonly studyName: string
  /** Number of the trial that asks. */
  readonly number: number
  /** The finished trials that its sampler may know of, in order of number. */
  readonly finished: readonly FrozenTrial[]
}

/**
 * Throws RangeError unless every count is a whole number of at least `least`.
 *
 * @param who the pruner, for the message
 */
export function checkPrunerCounts(who: string, counts: Readonly<Record<string, number>>, least: number): void {
  for (const [name, count] of Object.entries(counts)) {
    if (!Number.isSafeInteger(count) || count < least) {
      throw new RangeError(`${who}: expected ${name} to be a whole number of at least ${least}, got ${count}`)
    }
  }
}

/** Whether a step is the first reported of its interval, counted from the warm-up. */
export function isFirstInInterval(
  trial: FrozenTrial,
  { step, nWarmupSteps, interval }: { step: number; nWarmupSteps: number; interval: number },
): boolean {
  const start = Math.floor((step - nWarmupSteps) / interval) * interval + nWarmupSteps
  for (const other of trial.intermediateValues.keys()) if (other !== step && other >= start) return false
  return true
}

/** Lets every trial run to its end. */
export function noPruner(): Pruner {
  return { name: 'none', shouldPrune: () => false }
}
