/**
 * The trainings of a run as plain values: setting, arm and seed of each, in the order in which they are run.
 *
 * All settings and arms of one seed come before the next seed, so that a run that is cut short has whole comparisons. The
 * sweep comes last.
 *
 * @module
 */
import type { LocalisationSummary } from '@leanvox/htl-pruning'
import type { EpochRecord } from '@leanvox/training'
import type { Arm, Config, Setting } from './config.ts'
import type { HtlSettings } from './config-settings.ts'

/** One training and its scores. */
export interface TrainJob {
  readonly kind: 'train'
  /** `supervised/htl/seed-0`, or `sweep/supervised/sparsity 0.9/seed-0`; also its folder. */
  readonly name: string
  readonly setting: Setting
  readonly arm: Arm
  readonly seed: number
  /** Of the arm; plain and focal trainings attend to nothing. */
  readonly htl: HtlSettings
  /** Name of the sweep's entry; null for a job of the comparison. */
  readonly variant: string | null
}

/** Dense against pruned predictions of a finished plain training on all its training images. */
export interface FindJob {
  readonly kind: 'find'
  /** `find/supervised/seed-0`. */
  readonly name: string
  readonly setting: Setting
  readonly seed: number
  /** Name of the training. */
  readonly of: string
}

export type Job = TrainJob | FindJob

/** Every training of a configuration. */
export function planTrainings(config: Config): TrainJob[] {
  return [...comparisonJobs(config), ...sweepJobs(config)]
}

/** One search for the hard-to-learn images for each plain training. */
export function planFinds(config: Config): FindJob[] {
  return comparisonJobs(config)
    .filter(({ arm }) => arm === 'plain')
    .map(({ setting, seed, name }) => ({ kind: 'find', name: `find/${setting}/seed-${seed}`, setting, seed, of: name }))
}

/** A training by its place in the comparison. */
export function comparisonJob(
  config: Config,
  { setting, arm, seed }: Pick<TrainJob, 'setting' | 'arm' | 'seed'>,
): TrainJob {
  return {
    kind: 'train',
    name: `${setting}/${arm}/seed-${seed}`,
    setting,
    arm,
    seed,
    htl: settingConfig(config, setting).htl,
    variant: null,
  }
}

function comparisonJobs(config: Config): TrainJob[] {
  return config.seeds.flatMap((seed) =>
    config.settings.flatMap((setting) => config.arms.map((arm) => comparisonJob(config, { setting, arm, seed }))),
  )
}

function sweepJobs(config: Config): TrainJob[] {
  return config.sweep.flatMap(({ name, setting, seeds, htl }) =>
    seeds.map((seed) => ({
      kind: 'train' as const,
      name: `sweep/${setting}/${name}/seed-${seed}`,
      setting,
      arm: 'htl' as const,
      seed,
      htl: { ...settingConfig(config, setting).htl, ...htl },
      variant: name,
    })),
  )
}

/** The block of the configuration that belongs to a setting. */
export function settingConfig<S extends Setting>(config: Config, setting: S): SettingConfig[S] {
  const blocks: SettingConfig = {
    supervised: config.supervised,
    'semi-supervised': config.semiSupervised,
    'weakly-supervised': config.weaklySupervised,
  }
  return blocks[setting]
}

interface SettingConfig {
  readonly supervised: Config['supervised']
  readonly 'semi-supervised': Config['semiSupervised']
  readonly 'weakly-supervised': Config['weaklySupervised']
}

/** Scores of one image; null where a score is not defined (both masks empty). */
export interface ImageScore {
  readonly id: string
  readonly iou: number | null
  readonly dice: number | null
  readonly boxIou: number | null
}

/** A round of scoring during training: the images that were attended to from this epoch on. */
export interface HtlRound {
  readonly epoch: number
  /** Indices into the run's training images. */
  readonly set: readonly number[]
}

/** What a finished training leaves in `result.json`. */
export interface TrainJobResult {
  readonly job: TrainJob
  readonly backend: string
  readonly precision: string
  /** Training and validation, all resumptions together; what was lost in a kill is not in it. */
  readonly seconds: number
  /** The part of `seconds` that finding the attended images took. */
  readonly planningSeconds: number
  readonly steps: number
  /** Forward and both gradients of every training step, and the forward passes of validation. */
  readonly multiplyAdds: number
  readonly history: readonly EpochRecord[]
  /** Held-out images. */
  readonly test: readonly ImageScore[]
  /** Images of the external folder at their own size; empty without one. */
  readonly external: readonly ImageScore[]
  /** Means on the held-out images of further ways to localise with the same weights. */
  readonly others: readonly (LocalisationSummary & { readonly name: string })[]
  readonly rounds: readonly HtlRound[]
}

/** What a finished search leaves in `result.json`; every list is in the order of the run's training images. */
export interface FindResult {
  readonly job: FindJob
  readonly sparsities: readonly number[]
  /** 1 - IoU of dense and pruned mask, mean over the sparsities. */
  readonly scores: readonly number[]
  /** Indices of the hard-to-learn set, worst first. */
  readonly set: readonly number[]
  /** IoU of the dense mask with the reference. */
  readonly denseIou: readonly (number | null)[]
  /** By sparsity: mean over the images of disagreement with the dense mask and of IoU with the reference. */
  readonly bySparsity: readonly { readonly sparsity: number; readonly disagreement: number; readonly iou: number }[]
  /** The worst images with their masks, for the gallery. */
  readonly worst: readonly WorstImage[]
}

/** Masks as base64 of one bit per pixel. */
export interface WorstImage {
  readonly id: string
  readonly score: number
  readonly sparsity: number
  readonly dense: string
  readonly pruned: string
  readonly denseIou: number | null
  readonly prunedIou: number | null
}

export type JobResult = TrainJobResult | FindResult
