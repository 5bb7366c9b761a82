/**
 * Everything a training run is told, with its defaults, and what it answers.
 *
 * @module
 */
import type { NamedArrays } from '@leanvox/engine'
import type { AugmentationChoice } from '../augmentation/settings.ts'
import type { LossName, LossOptions } from '../losses/loss-by-name.ts'
import type { OptimizerName, OptimizerOptions } from '../optimisers/optimiser-by-name.ts'
import type { PatchSize } from '../patches/patch-size.ts'
import type { PreparedCase } from '../patches/prepared-case.ts'
import type { ScheduleName, ScheduleOptions } from '../schedules/schedule-by-name.ts'
import type { SegmentationNetwork } from '../segmentation-network.ts'
import type { TrainEvent } from './events.ts'
import type { EpochPlan, TrainHooks } from './hooks.ts'
import type { EpochRecord } from './records.ts'

/** One of the known names, alone or with its options beside it: `'adam'` or `{ name: 'adam', beta1: 0.8 }`. */
export type Named<Options> =
  keyof Options | { [Name in keyof Options]: { readonly name: Name } & Options[Name] }[keyof Options]

export type LossChoice = LossName | Named<LossOptions>
export type OptimizerChoice = OptimizerName | Named<OptimizerOptions>
export type ScheduleChoice = ScheduleName | Named<ScheduleOptions>

/** Ends training when the validation Dice has not risen for a while. */
export interface EarlyStopping {
  /** Validations in a row without a new best. */
  readonly patience: number
  /** How much higher than the best counts as a rise, default 0. */
  readonly minimumGain?: number
}

export interface TrainOptions extends TrainHooks {
  readonly network: SegmentationNetwork
  readonly cases: readonly PreparedCase[]
  /** Default none: then the last weights are the result. */
  readonly validationCases?: readonly PreparedCase[]
  /** Default 'dice-cross-entropy'. */
  readonly loss?: LossChoice
  /** Default 'adam'. */
  readonly optimizer?: OptimizerChoice
  /** Default 0.001. */
  readonly learningRate?: number
  /** Factor on the learning rate over the share of steps taken; default 'poly'. */
  readonly schedule?: ScheduleChoice
  readonly epochs: number
  /** Default 1, or what `groups` sum to. */
  readonly batchSize?: number
  /** `[depth, height, width]`, or `[height, width]` for a 2D network. */
  readonly patchSize: PatchSize
  /** Patches of each case in an epoch; default 1. */
  readonly patchesPerCase?: number
  /** Share of patches centred on foreground; default a third. */
  readonly foregroundFraction?: number
  /** Default 'default'. */
  readonly augmentation?: AugmentationChoice
  /** Largest global norm of the gradients, null for no clipping; default 12 (nnU-Net). */
  readonly gradientClip?: number | null
  /** Default 0. */
  readonly seed?: number | string
  /** Epochs between validations; the last epoch always has one. Default 1. */
  readonly validateEvery?: number
  /** Overlap of validation tiles; default 0.5. */
  readonly overlap?: number
  readonly earlyStopping?: EarlyStopping | null
  /** Where checkpoints and metrics.jsonl go; a folder that holds a checkpoint of the same options is continued. */
  readonly folder?: string | undefined
  /** Allows `epochs` to be higher than in the checkpoint that is continued. */
  readonly extend?: boolean
  /** Ends training with the signal's reason between two steps; what was checkpointed stays. */
  readonly signal?: AbortSignal | undefined
  /** Hears of every step, epoch, checkpoint and validation; 'stop' ends training at the end of the epoch. */
  readonly onEvent?: ((event: TrainEvent) => EventAnswer | Promise<EventAnswer>) | undefined
  /** Seconds on a clock that only moves forward; replaced in tests. */
  readonly clock?: () => number
}

export type EventAnswer = 'stop' | void

/** Why training ended: all epochs done, no rise of the validation Dice, or the caller's wish. */
export type StopReason = 'epochs' | 'early-stopping' | 'callback'

export interface TrainResult {
  /** Of the best validation; the last ones when nothing was validated or every Dice was undefined. */
  readonly weights: NamedArrays
  readonly lastWeights: NamedArrays
  /** The moving average after the last step; null without `average`. */
  readonly averageWeights: NamedArrays | null
  /** The epoch plan in force at the end; null when there was none. */
  readonly plan: EpochPlan | null
  readonly history: readonly EpochRecord[]
  readonly best: { readonly epoch: number; readonly dice: number } | null
  readonly stopped: StopReason
  readonly epochs: number
  readonly steps: number
  /** Wall time of all epochs that the result rests on, over all resumes, validation included. */
  readonly seconds: number
  readonly validationSeconds: number
  /** The part of `seconds` that `beforeEpoch` took. */
  readonly planningSeconds: number
  /**
   * Of training: three forward passes a patch, as the gradients for inputs and weights cost about one each, with each
   * step's own `applyOptions`. What an `objective` or `beforeEpoch` runs besides is not known and not counted.
   */
  readonly multiplyAdds: number
  /** Of validation: one forward pass a tile, or the sum of the `multiplyAdds` that `validate` gave. */
  readonly validationMultiplyAdds: number
}
