/**
 * What a finished training leaves in its `result.json`.
 *
 * @module
 */
import type { MethodName } from './config.ts'

/** One φ of a trained network. */
export interface SweptPoint {
  readonly phi: number
  /** Mean over labels of the mean over the test cases. */
  readonly dice: number | null
  /** The same on the validation cases, where φ is chosen; null outside the training range. */
  readonly validationDice: number | null
  readonly labels: Readonly<Record<string, number | null>>
  /** Mean over labels of each test case, in the stored order. */
  readonly caseDice: readonly (number | null)[]
  /** Of one forward pass. */
  readonly multiplyAdds: number
  /** Median latency of that pass. */
  readonly milliseconds: number
  readonly peakBytes: number
}

/** One training and its points. */
export interface JobResult {
  readonly method: MethodName
  readonly phi: number | null
  readonly seed: number
  readonly backend: string
  readonly precision: string
  /** Trainable weights. */
  readonly parameters: number
  /** Training alone, all starts together, without validation. */
  readonly trainSeconds: number
  /** Forward and both gradients of every training step. */
  readonly trainMultiplyAdds: number
  readonly steps: number
  readonly epochs: number
  /** Mean loss of the last epoch. */
  readonly finalLoss: number
  /** Mean loss of every epoch; absent in trainings of earlier versions. */
  readonly losses?: readonly number[]
  /** Dice without any network, for registration. */
  readonly baselineDice: number | null
  readonly points: readonly SweptPoint[]
}

/** A number for JSON, which has no NaN. */
export function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
