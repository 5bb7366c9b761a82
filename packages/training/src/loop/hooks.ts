/**
 * Where a method may reach into training: what a step computes, what a batch is made of, how weights are scored, and
 * which cases the next epoch sees. Without hooks a run is plain supervised segmentation.
 *
 * Every hook is called with its place in the run and a random stream of that place alone, so a hook that reads nothing
 * else gives a continued run the same numbers as an undisturbed one. Tensors handed to a hook belong to training.
 *
 * @module
 */
import type { NamedTensors } from '@leanvox/engine'
import type { ApplyOptions } from '@leanvox/nets'
import type { Rng } from '@leanvox/random'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import type { BatchGroup } from '../patches/batch-group.ts'
import type { ValidationRecord } from './records.ts'

/** A step's place; epochs and steps count from 1, steps over the whole run. */
export interface StepPlace {
  readonly epoch: number
  readonly step: number
  /** A stream of this step and hook only. */
  readonly rng: Rng
}

export interface StepContext extends StepPlace {
  /** What `applyOptions` gave for this step, `{}` without it. */
  readonly applyOptions: ApplyOptions
  /** The moving average before this step's update; null without `average`. */
  readonly average: NamedTensors | null
}

/** The items of a step. */
export interface StepBatch {
  /** `[n, ...spatial, channels]` */
  readonly images: Tensor
  /** `[n, ...spatial]`, int32; zeros for a case without label. */
  readonly labels: Tensor
  /** Index into `options.cases` of each item. */
  readonly cases: readonly number[]
  /** Weight of each item's loss by the epoch's plan; null when the plan has none. */
  readonly lossWeights: readonly number[] | null
}

/** The loss of a step as a function of the weights; runs on the tape and in a tidy. */
export type Objective = (weights: NamedTensors, batch: StepBatch, context: StepContext) => Scalar

/** Says that work goes on: tells `onEvent` and lets timers and messages have their turn. */
export type Progress = (counts: { readonly done: number; readonly total: number }) => Promise<void>

export interface EpochContext {
  /** From 1: the epoch just done for `validate`, the one about to start for `beforeEpoch`. */
  readonly epoch: number
  readonly average: NamedTensors | null
  readonly progress: Progress
}

/** What an epoch sees of the cases. Plain JSON, as it is stored in the checkpoint. */
export interface EpochPlan {
  /**
   * One number above 0 for each case: cases are drawn with replacement in proportion, within each group where there are
   * groups. Without it every case comes up equally often.
   */
  readonly drawWeights?: readonly number[]
  /** One number of at least 0 for each case, default 1: the loss is sum(w l) / sum(w) over the losses l of the items. */
  readonly lossWeights?: readonly number[]
  /** Further items of every batch, each of these cases equally often. */
  readonly extra?: BatchGroup
  /** For the caller: scores, history. */
  readonly note?: unknown
}

export interface BeforeEpochContext extends EpochContext {
  readonly weights: NamedTensors
  /** The plan in force; null before the first. */
  readonly previous: EpochPlan | null
}

export interface TrainHooks {
  /** Options of `network.apply` at this step; its multiply-adds are counted with them. */
  readonly applyOptions?: ((place: StepPlace) => ApplyOptions) | undefined
  /** Replaces `loss(network.apply(weights, images, applyOptions), labels)`; cases may then have no label. */
  readonly objective?: Objective | undefined
  /**
   * Replaces the mean Dice by sliding window. The weights with the highest `dice` are the best; further numbers of the
   * record are kept, and `multiplyAdds` among them counts as the cost of this validation.
   */
  readonly validate?: ((weights: NamedTensors, context: EpochContext) => Promise<ValidationRecord>) | undefined
  /** Keeps the moving average `decay · average + (1 - decay) · weights` of every step, from the fresh weights on. */
  readonly average?: { readonly decay: number } | null | undefined
  /** What every batch is made of; `batchSize` is then the sum of `perBatch`, and the first group counts the epoch. */
  readonly groups?: readonly BatchGroup[] | undefined
  /** The plan of the epoch about to start; null keeps the one in force. */
  readonly beforeEpoch?: ((context: BeforeEpochContext) => Promise<EpochPlan | null>) | undefined
  /** Plain JSON that says what the hooks do; a checkpoint is continued only with the same. */
  readonly hookSettings?: unknown
}
