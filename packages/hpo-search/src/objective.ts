/**
 * What a user writes: a function from a trial's settings to its value.
 *
 * @module
 */
import { type ParamsOf, type SpaceInput } from './distribution.ts'
import { type TrialOutcome } from './executor.ts'
import { type Attributes } from './frozen-trial.ts'
import { type Trial } from './trial.ts'

/** What an objective is called with, wherever it runs. */
export interface ObjectiveContext<S extends SpaceInput = SpaceInput> {
  readonly studyName: string
  readonly number: number
  readonly params: ParamsOf<S>
  /** 1, or more when an earlier attempt at this trial was cut off; a folder named by number can then be gone on with. */
  readonly attempt: number
  /** The JSON value the executor was made with; null in process. */
  readonly payload: unknown
  /** Records an intermediate value; on `'prune'` return `{ state: 'pruned' }`. */
  report(value: number, step: number): Promise<'continue' | 'prune'>
  /** Says that work goes on, for executors with a heartbeat limit. Call it at least that often. */
  heartbeat(): void
  readonly signal: AbortSignal
}

/** In the same process the live trial is there as well, for define-by-run `suggest*`. */
export interface LocalObjectiveContext<S extends SpaceInput = SpaceInput> extends ObjectiveContext<S> {
  readonly trial: Trial<S>
}

/** What an objective returns. */
export type ObjectiveResult =
  | number
  | readonly number[]
  | {
      readonly value: number | readonly number[]
      readonly userAttributes?: Attributes
      /** Each is kept to when at most 0. */
      readonly constraints?: readonly number[]
    }
  | { readonly state: 'pruned'; readonly userAttributes?: Attributes }

export type Objective<S extends SpaceInput = SpaceInput> = (
  context: ObjectiveContext<S>,
) => ObjectiveResult | Promise<ObjectiveResult>
export type LocalObjective<S extends SpaceInput = SpaceInput> = (
  context: LocalObjectiveContext<S>,
) => ObjectiveResult | Promise<ObjectiveResult>

/** The outcome of what an objective returned; anything that is no value or pruning fails the trial with what it was. */
export function outcomeOf(result: unknown): TrialOutcome {
  const whole = typeof result === 'number' || Array.isArray(result) ? { value: result as number | number[] } : result
  if (typeof whole !== 'object' || whole === null) return unusable(result)
  const {
    state,
    value,
    constraints,
    userAttributes = {},
  } = whole as Record<string, unknown> & {
    userAttributes?: Attributes
  }
  if (state === 'pruned') return { state: 'pruned', userAttributes }
  const values = Array.isArray(value) ? value : [value]
  if (values.some((each) => typeof each !== 'number' || Number.isNaN(each))) return unusable(value)
  const outcome = { state: 'complete', value: value as number | number[], userAttributes } as const
  if (constraints === undefined) return outcome
  if (!Array.isArray(constraints) || constraints.some((each) => typeof each !== 'number')) {
    const got = JSON.stringify(constraints)
    return {
      state: 'fail',
      reason: `objective: expected constraints to be a list of numbers, got ${got}`,
      retry: false,
    }
  }
  return { ...outcome, constraints: constraints as number[] }
}

function unusable(result: unknown): TrialOutcome {
  const got = typeof result === 'number' ? String(result) : (JSON.stringify(result) ?? String(result))
  return { state: 'fail', reason: `objective: expected a number, got ${got}`, retry: false }
}
