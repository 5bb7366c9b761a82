/**
 * What proposes settings: a pure function of the trial's number and the trials finished before it.
 *
 * What a sampler "knows" is rebuilt from the trials, with its seed and the trial's number for randomness. It may keep an
 * index of the trials it has seen to be fast, but never anything that is not in the journal. Hence a study that was
 * killed goes on exactly as if it had not been.
 *
 * @module
 */
import { type Params, type Space } from './distribution.ts'
import { type Attributes, type Direction, type FrozenTrial } from './frozen-trial.ts'

export interface SampleContext {
  /** Number of the trial that asks. */
  readonly number: number
  /** How many earlier trials took their settings from a sampler and not from the queue. */
  readonly ordinal: number
  /** What to propose: one value for each parameter. Never holds a parameter with a single possible value. */
  readonly space: Space
  /**
   * Finished trials, in order of number; with a pruner that keeps groups apart (Hyperband) those of the group. A live array:
   * look, do not keep.
   */
  readonly trials: readonly FrozenTrial[]
  /** The other trials in flight, in order of number, with the settings they have so far. */
  readonly running: readonly FrozenTrial[]
  readonly directions: readonly Direction[]
  /** Of the trial that asks, with what `mark` gave. */
  readonly systemAttributes: Attributes
  /** True when one parameter of a define-by-run trial is asked for by itself. */
  readonly independent: boolean
}

export interface Sampler {
  readonly name: string
  /**
   * What a define-by-run study has proposed jointly at the start of a trial: the parameters that all trials had
   * (default), or all that any had.
   */
  readonly jointSpace?: 'intersection' | 'union'
  /** One value for every parameter of `context.space`. The same context gives the same values. */
  sample(context: SampleContext): Params
  /** System attributes for a new trial, recorded before it is sampled: its generation, say. */
  mark?(context: SampleContext): Attributes
}

/** The score of a trial, larger is better: its value, or the last report of a pruned one; null when it has none. */
export function scoreOf(trial: FrozenTrial, direction: Direction): number | null {
  const value = trial.values?.[0]
  if (value === undefined || Number.isNaN(value)) return null
  return direction === 'maximize' ? value : -value
}

/** The only direction of a study, for samplers and pruners that know no other. */
export function singleDirection(directions: readonly Direction[], who: string): Direction {
  if (directions.length !== 1) throw new RangeError(`${who}: expected one direction, got ${directions.length}`)
  return directions[0]
}
