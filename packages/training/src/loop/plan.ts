/**
 * A training run made ready: options checked, defaults in place, names turned into functions.
 *
 * @module
 */
import { createRng } from '@leanvox/random'
import { augmentationSettings } from '../augmentation/settings.ts'
import { TrainingError } from '../errors.ts'
import { lossByName } from '../losses/loss-by-name.ts'
import type { Loss } from '../losses/loss.ts'
import { optimizerByName } from '../optimisers/optimiser-by-name.ts'
import type { Optimizer } from '../optimisers/optimiser.ts'
import { patchSampler, type PatchSampler } from '../patches/patch-sampler.ts'
import { checkGroup } from '../patches/batch-group.ts'
import { patchShape } from '../patches/patch-size.ts'
import { checkCases } from '../patches/prepared-case.ts'
import { scheduleByName } from '../schedules/schedule-by-name.ts'
import type { Schedule } from '../schedules/schedule.ts'
import type { TrainOptions } from './train-options.ts'

const DEFAULTS = {
  validationCases: [],
  loss: 'dice-cross-entropy',
  optimizer: 'adam',
  learningRate: 1e-3,
  schedule: 'poly',
  batchSize: 1,
  patchesPerCase: 1,
  foregroundFraction: 1 / 3,
  augmentation: 'default',
  gradientClip: 12,
  seed: 0,
  validateEvery: 1,
  overlap: 0.5,
  earlyStopping: null,
  extend: false,
  clock: () => performance.now() / 1000,
} as const satisfies Partial<TrainOptions>

/** The options with every default in place. */
export type ResolvedOptions = TrainOptions & Required<Pick<TrainOptions, keyof typeof DEFAULTS>>

export interface TrainPlan {
  readonly options: ResolvedOptions
  readonly loss: Loss
  readonly optimizer: Optimizer
  readonly schedule: Schedule
  readonly sampler: PatchSampler
  readonly totalSteps: number
}

/**
 * The plan of a run.
 *
 * @throws RangeError for a value out of range or a case that does not fit the network; TrainingError `no-data` for no cases
 */
export function planTraining(given: TrainOptions): TrainPlan {
  const options = withGroups({ ...DEFAULTS, ...withoutUndefined(given) }, given)
  checkNumbers(options)
  if (options.cases.length === 0) {
    throw new TrainingError('train: expected at least one case, got 0', { code: 'no-data' })
  }
  checkCases(options.cases, options.network.spec, { labels: options.objective ? 'any' : 'classes' })
  checkCases(options.validationCases, options.network.spec, { labels: options.validate ? 'any' : 'classes' })
  const { cases, batchSize, patchesPerCase, foregroundFraction, groups } = options
  const sampler = patchSampler({
    cases,
    batchSize,
    patchesPerCase,
    foregroundFraction,
    groups,
    patchSize: patchShape(options.patchSize, options.network.spec.dimensions),
    rng: createRng(options.seed).split('patches'),
    augmentation: augmentationSettings(options.augmentation),
  })
  return {
    options,
    sampler,
    loss: chosen(lossByName, options.loss),
    optimizer: chosen(optimizerByName, options.optimizer),
    schedule: chosen(scheduleByName, options.schedule),
    totalSteps: options.epochs * sampler.stepsPerEpoch,
  }
}

function chosen<Name extends string, Result>(
  make: (name: Name, options: never) => Result,
  choice: Name | { readonly name: Name },
): Result {
  if (typeof choice === 'string') return make(choice, {} as never)
  const { name, ...options } = choice
  return make(name, options as never) // each name goes with its own options, see Named
}

function checkNumbers(options: ResolvedOptions): void {
  for (const key of ['epochs', 'batchSize', 'patchesPerCase', 'validateEvery'] as const) {
    const value = options[key]
    if (!(Number.isSafeInteger(value) && value >= 1)) {
      throw new RangeError(`train: expected ${key} to be a whole number of at least 1, got ${value}`)
    }
  }
  const { learningRate, gradientClip, overlap, earlyStopping, average } = options
  if (!(learningRate >= 0 && learningRate < Infinity)) {
    throw new RangeError(`train: expected a learningRate of at least 0, got ${learningRate}`)
  }
  if (gradientClip !== null && !(gradientClip > 0)) {
    throw new RangeError(`train: expected a gradientClip above 0 or null, got ${gradientClip}`)
  }
  if (!(overlap >= 0 && overlap < 1)) throw new RangeError(`train: expected an overlap in [0, 1), got ${overlap}`)
  if (earlyStopping && !(earlyStopping.patience >= 1)) {
    throw new RangeError(`train: expected a patience of at least 1, got ${earlyStopping.patience}`)
  }
  if (average && !(average.decay >= 0 && average.decay < 1)) {
    throw new RangeError(`train: expected a decay of the average in [0, 1), got ${average.decay}`)
  }
}

/** The batch size that the groups make. */
function withGroups(options: ResolvedOptions, given: TrainOptions): ResolvedOptions {
  const { groups, cases } = options
  if (!groups) return options
  if (groups.length === 0) throw new RangeError('train: expected at least one group, got 0')
  groups.forEach((group, index) => checkGroup(group, { name: `group ${index}`, count: cases.length }))
  const batchSize = groups.reduce((sum, { perBatch }) => sum + perBatch, 0)
  if (given.batchSize !== undefined && given.batchSize !== batchSize) {
    throw new RangeError(`train: expected the batchSize of the groups, ${batchSize}, got ${given.batchSize}`)
  }
  return { ...options, batchSize }
}

/** A key given as undefined takes its default, as a missing one does. */
function withoutUndefined(options: TrainOptions): TrainOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as unknown as TrainOptions // only optional keys can be undefined
}
