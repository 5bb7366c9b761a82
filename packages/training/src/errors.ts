/**
 * The failures of training that a caller can act on. Mistakes in the call itself are RangeError or TypeError instead.
 *
 * @module
 */

/** Why a training run ended without a result. */
export type TrainingErrorCode = 'diverged' | 'no-data'

/** Training cannot go on: the loss or the weights left the finite numbers, or there is nothing to train on. */
export class TrainingError extends Error {
  override readonly name = 'TrainingError'
  readonly code: TrainingErrorCode
  /** Where it happened, counted from 1; undefined before the first step. */
  readonly epoch: number | undefined
  readonly step: number | undefined
  readonly learningRate: number | undefined

  constructor(
    message: string,
    details: { code: TrainingErrorCode; epoch?: number; step?: number; learningRate?: number; cause?: unknown },
  ) {
    super(message, { cause: details.cause })
    this.code = details.code
    this.epoch = details.epoch
    this.step = details.step
    this.learningRate = details.learningRate
  }
}

/** Why a checkpoint is of no use. */
export type CheckpointErrorCode = 'malformed' | 'unsupported' | 'options-changed'

/** A checkpoint that cannot be read, or that belongs to a run with other options. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError'
  readonly code: CheckpointErrorCode
  /** The file, as named by the caller. */
  readonly path: string

  constructor(message: string, details: { code: CheckpointErrorCode; path: string; cause?: unknown }) {
    super(message, { cause: details.cause })
    this.code = details.code
    this.path = details.path
  }
}
