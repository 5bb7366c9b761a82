/**
 * What proposes settings: a pure function of the trial's number and the trials finished before it.
 *
 * A sampler keeps nothing between calls; what it "knows" is rebuilt from the finished trials each time, with its seed
 * and the trial's number for randomness. Hence a study that was killed goes on exactly as if it had not been.
 *
 * @module
 */
import { type Params, type Space } from './distribution.ts'
import { type Direction, type FrozenTrial } from './frozen-trial.ts'

export interface SampleContext {
  /** Number of the trial that asks. */
  readonly number: number
  /** What to propose: one value for each parameter. Never holds a parameter with a single possible value. */
  readonly space: Space
  /** Finished trials, in order of number. */
  readonly trials: readonly FrozenTrial[]
  readonly directions: readonly Direction[]
}

export interface Sampler {
  readonly name: string
  /** One value for every parameter of `context.space`. The same context gives the same values. */
  sample(context: SampleContext): Params
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
