/**
 * What a study's process and the child that runs a trial say to each other (structured clones, so NaN survives).
 *
 * @module
 */
import { type Params } from '../distribution.ts'
import { type TrialOutcome } from '../executor.ts'

/** To the child. */
export type ToChild =
  | {
      readonly kind: 'start'
      readonly module: string
      readonly exportName: string
      readonly studyName: string
      readonly number: number
      readonly params: Params
      readonly attempt: number
      readonly payload: unknown
    }
  | { readonly kind: 'decision'; readonly id: number; readonly decision: 'continue' | 'prune' }
  | { readonly kind: 'abort' }

/** From the child. */
export type FromChild =
  | { readonly kind: 'report'; readonly id: number; readonly value: number; readonly step: number }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'outcome'; readonly outcome: TrialOutcome }
