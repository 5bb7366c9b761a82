/**
 * What runs a trial: in this process, in a child process, elsewhere.
 *
 * An executor gets one attempt at one trial and says how it ended. It records nothing; retries, the journal and pruning
 * belong to `runStudy`.
 *
 * @module
 */
import { type Params } from './distribution.ts'
import { type Attributes } from './frozen-trial.ts'
import { type Trial } from './trial.ts'

/** One attempt at one trial. */
export interface TrialRequest {
  readonly studyName: string
  readonly number: number
  readonly params: Params
  /** 1 for the first start, one more for each further one, also after a killed run. */
  readonly attempt: number
  /** The live trial, for executors in the same process. */
  readonly trial: Trial
  /** Records an intermediate value and asks the pruner. */
  report(value: number, step: number): Promise<'continue' | 'prune'>
  readonly signal: AbortSignal
}

/** How an attempt ended. */
export type TrialOutcome =
  | {
      readonly state: 'complete'
      readonly value: number | readonly number[]
      readonly userAttributes?: Attributes
      readonly constraints?: readonly number[]
    }
  | { readonly state: 'pruned'; readonly userAttributes?: Attributes }
  /** `retry` tells whether another attempt may end otherwise (a crash) or not (a time limit). */
  | { readonly state: 'fail'; readonly reason: string; readonly retry: boolean }
  /** Where it ran was given up in good order (a machine was taken away): another attempt follows, no crash is counted. */
  | { readonly state: 'released'; readonly reason: string }
  /** The signal stopped it; the trial stays running in the journal and is resumed by the next run. */
  | { readonly state: 'interrupted' }

export interface Executor {
  readonly name: string
  /** Never rejects: whatever the objective does becomes an outcome. */
  run(request: TrialRequest): Promise<TrialOutcome>
  /**
   * Whether an attempt begun by an earlier run, now dead, still goes on elsewhere or has ended unseen. It is then not
   * started again: `run` is called with its number and joins it.
   */
  isInFlight?(trial: {
    readonly studyName: string
    readonly number: number
    readonly attempt: number
  }): Promise<boolean>
}

/** The reason of a request's signal when the trial was cancelled; any other reason only stops the run. */
export const trialCancelled = 'the trial was cancelled'
