/**
 * What training tells its caller while it runs. Epochs and steps count from 1.
 *
 * @module
 */
import type { EpochRecord } from './records.ts'

export type TrainEvent = StepEvent | ProgressEvent | EpochEvent | ValidationEvent | CheckpointEvent

export interface StepEvent {
  readonly kind: 'step'
  readonly epoch: number
  readonly step: number
  readonly loss: number
  readonly learningRate: number
}

/** One more case validated, or one more piece of `beforeEpoch` done: a sign of life between steps. */
export interface ProgressEvent {
  readonly kind: 'progress'
  readonly task: 'validation' | 'before-epoch'
  readonly epoch: number
  readonly step: number
  readonly done: number
  readonly total: number
}

/** After the epoch's last step and its validation; `seconds` counts from the start of the run. */
export interface EpochEvent extends EpochRecord {
  readonly kind: 'epoch'
  readonly seconds: number
}

/**
 * Comes after the checkpoint that holds it. A resumed run first repeats the validations of before, `replayed`. Further
 * numbers of the record come beside `dice`.
 */
export interface ValidationEvent {
  readonly kind: 'validation'
  readonly dice: number
  readonly labels: Readonly<Record<string, number>>
  readonly epoch: number
  readonly step: number
  readonly replayed: boolean
}

export interface CheckpointEvent {
  readonly kind: 'checkpoint'
  readonly epoch: number
  readonly step: number
  readonly path: string
}
