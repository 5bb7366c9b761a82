/**
 * What training tells its caller while it runs. Epochs and steps count from 1.
 *
 * @module
 */
import type { EpochRecord, ValidationRecord } from './records.ts'

export type TrainEvent = StepEvent | EpochEvent | ValidationEvent | CheckpointEvent

export interface StepEvent {
  readonly kind: 'step'
  readonly epoch: number
  readonly step: number
  readonly loss: number
  readonly learningRate: number
}

/** After the epoch's last step and its validation; `seconds` counts from the start of the run. */
export interface EpochEvent extends EpochRecord {
  readonly kind: 'epoch'
  readonly seconds: number
}

/** Comes after the checkpoint that holds it. A resumed run first repeats the validations of before, `replayed`. */
export interface ValidationEvent extends ValidationRecord {
  readonly kind: 'validation'
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
