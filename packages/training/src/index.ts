/**
 * Training of segmentation networks: losses, optimisers, schedules, patches, augmentation, the loop, checkpoints,
 * sliding-window inference and evaluation.
 *
 * @module
 */
export { applyAugmentation, augmentationMargin } from './augmentation/apply-augmentation.ts'
export { drawAugmentation, type Augmentation } from './augmentation/draw-augmentation.ts'
export {
  augmentationSettings,
  type AugmentationChoice,
  type AugmentationSettings,
  type RangedChange,
} from './augmentation/settings.ts'
export {
  loadCheckpoint,
  saveCheckpoint,
  type Checkpoint,
  type CheckpointState,
  type CheckpointTiming,
} from './checkpoints/checkpoint.ts'
export { decodeSafetensors, encodeSafetensors, type Safetensors, type StoredTensor } from './checkpoints/safetensors.ts'
export { loadWeights, saveWeights } from './checkpoints/weights-file.ts'
export { CheckpointError, TrainingError, type CheckpointErrorCode, type TrainingErrorCode } from './errors.ts'
export {
  evaluateCases,
  scoreCase,
  type CaseScores,
  type EvaluateOptions,
  type Evaluation,
  type LabelScores,
  type LabelSummary,
} from './evaluate-cases.ts'
export { clipByGlobalNorm } from './gradient-clipping.ts'
export {
  predictionMultiplyAdds,
  slidingWindowPredict,
  type Model,
  type PredictOptions,
  type Prediction,
} from './inference/sliding-window-predict.ts'
export { tileGrid } from './inference/tile-grid.ts'
export type {
  CheckpointEvent,
  EpochEvent,
  ProgressEvent,
  StepEvent,
  TrainEvent,
  ValidationEvent,
} from './loop/events.ts'
export type {
  BeforeEpochContext,
  EpochContext,
  EpochPlan,
  Objective,
  Progress,
  StepBatch,
  StepContext,
  StepPlace,
  TrainHooks,
} from './loop/hooks.ts'
export type { EpochRecord, ValidationRecord } from './loop/records.ts'
export type {
  EarlyStopping,
  EventAnswer,
  LossChoice,
  OptimizerChoice,
  ScheduleChoice,
  StopReason,
  TrainOptions,
  TrainResult,
} from './loop/train-options.ts'
export { train } from './loop/train.ts'
export { crossEntropyLoss, type CrossEntropyOptions } from './losses/cross-entropy.ts'
export { diceCrossEntropyLoss, type DiceCrossEntropyOptions } from './losses/dice-cross-entropy.ts'
export { focalLoss, type FocalOptions } from './losses/focal.ts'
export { lossByName, type LossName, type LossOptions } from './losses/loss-by-name.ts'
export type { Loss } from './losses/loss.ts'
export { softDiceLoss, type SoftDiceOptions } from './losses/soft-dice.ts'
export { tverskyLoss, type TverskyOptions } from './losses/tversky.ts'
export { adam, adamW, type AdamOptions } from './optimisers/adam.ts'
export { optimizerByName, type OptimizerName, type OptimizerOptions } from './optimisers/optimiser-by-name.ts'
export type { Optimizer, OptimizerState, OptimizerStep } from './optimisers/optimiser.ts'
export { sgd, type SgdOptions } from './optimisers/sgd.ts'
export { patchSampler, type PatchSampler, type PatchSamplerOptions } from './patches/patch-sampler.ts'
export type { BatchGroup } from './patches/batch-group.ts'
export type { Batch } from './patches/batch.ts'
export { extractPatch, type Patch } from './patches/patch.ts'
export type { PatchSize } from './patches/patch-size.ts'
export { checkCases, type PreparedCase, type PreparedImage } from './patches/prepared-case.ts'
export { constantSchedule } from './schedules/constant.ts'
export { cosineSchedule, type CosineOptions } from './schedules/cosine.ts'
export { polySchedule, type PolyOptions } from './schedules/poly.ts'
export { scheduleByName, type ScheduleName, type ScheduleOptions } from './schedules/schedule-by-name.ts'
export type { Schedule } from './schedules/schedule.ts'
export { foregroundLabels, type SegmentationNetwork, type SegmentationSpec } from './segmentation-network.ts'
