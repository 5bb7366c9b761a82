/**
 * What one trial does, as a plain value that can be handed to another process.
 *
 * The whole app is made of trainings: a search arm, a correlation condition and the final retraining are all studies
 * whose trials run a `TrainJob` with the trial's hyper-parameters; the ladder is a study of `TimeJob`s. One mechanism
 * therefore gives every step its journal, its process isolation and its resumption.
 *
 * @module
 */
import type { UNetSpec } from '@leanvox/nets'
import type { Config } from './config.ts'
import type { HyperParameters } from './space.ts'

/** Where a job finds its cases: ids point into the prepared data sets of the run folder. */
export interface JobData {
  readonly train: readonly string[]
  readonly validation: readonly string[]
  /** Scored once after training; empty to leave out. */
  readonly test: readonly string[]
}

interface JobBase {
  readonly backend: Config['backend']
  readonly precision: Config['precision']
  readonly runFolder: string
  readonly network: UNetSpec
  readonly patchSize: readonly [number, number, number]
  readonly batchSize: number
  readonly seed: number
  /** Foreground label values, each scored on its own. */
  readonly labels: readonly number[]
}

/** Trains one network and scores it; the trial's value is its best mean foreground Dice on the validation cases. */
export interface TrainJob extends JobBase {
  readonly kind: 'train'
  readonly data: JobData
  readonly epochs: number
  readonly patchesPerCase: number
  readonly validateEvery: number
  readonly fixed: Partial<HyperParameters>
  /** Keep weights and write the test predictions as NIfTI files; checkpoints are deleted otherwise. */
  readonly keep: boolean
}

/** Measures the seconds of one training step of a network; the trial's value is their median. */
export interface TimeJob extends JobBase {
  readonly kind: 'step-time'
  readonly trainCase: string
  readonly steps: number
}

export type Job = TrainJob | TimeJob

/** What a finished training leaves in its trial's user attributes. */
export interface TrainAttributes {
  /** The backend it ran on. */
  readonly backend: string
  /** Training and validation, all resumptions together; what was lost in a kill is not in it. */
  readonly seconds: number
  /** Scoring the test cases, which is no search cost. */
  readonly testSeconds: number
  readonly steps: number
  /** Forward and both gradients of every training step, and the forward passes of validation. */
  readonly multiplyAdds: number
  readonly validationDice: number
  readonly diverged: boolean
  readonly test: TestScores | null
}

/** Scores on the test cases; means over labels. */
export interface TestScores {
  /** Null when no label occurs in any case. */
  readonly dice: number | null
  /** Millimetres; a label that only one of prediction and reference has counts as the image's diagonal. */
  readonly hd95: number | null
  /** How many labels of cases only one of prediction and reference has. */
  readonly missed: number
  readonly cases: readonly CaseScore[]
}

/** One label of one case; `dice` null when both masks are empty, `hd95` when one is. */
export interface CaseScore {
  readonly id: string
  readonly label: number
  readonly dice: number | null
  readonly hd95: number | null
}
