/**
 * The configuration of a comparison: one JSON file, every default visible, every key checked.
 *
 * The schema below is the documentation: `sshn-pareto config` prints it filled in, and a run writes it whole to
 * `config.json`. An unknown key is an error, since a misspelt setting that is silently ignored costs a night.
 *
 * The paper states range, prior and encoding (papers' public review thread); widths, optimiser, schedule and the split are
 * our choice.
 *
 * @module
 */
import { checkConfig, checkSplit, ConfigError } from '@leanvox/app-shell'
import { unetSpec } from '@leanvox/nets'
import { z } from 'zod'
import { dataSchema } from './data-config.ts'

const positive = z.number().int().positive()
const factor = z.number().gt(0).lte(1)
const factors = z
  .array(factor)
  .refine((phis) => new Set(phis).size === phis.length, { error: 'expected each factor once' })

/** A name the trainer knows, alone or with its options beside it. */
const named = <const T extends readonly [string, ...string[]]>(names: T) =>
  z.union([z.enum(names), z.looseObject({ name: z.enum(names) })])

export const METHODS = ['sshn', 'stochastic', 'film', 'fixed', 'capacity-matched'] as const
export type MethodName = (typeof METHODS)[number]

const configSchema = z.strictObject({
  task: z.enum(['segmentation', 'registration']).default('segmentation'),
  data: dataSchema,
  backend: z.enum(['auto', 'tfjs-node-gpu', 'onednn', 'tfjs-node', 'wasm', 'cpu']).default('auto'),
  /** What convolutions round their inputs to; onednn alone knows bfloat16. */
  precision: z.enum(['float32', 'bfloat16']).default('float32'),
  /** A case that cannot be used is set aside with a message, or stops the run before training. */
  onBadCase: z.enum(['skip', 'stop']).default('skip'),
  /** Each method is trained once for every seed; the split has a seed of its own and is the same for all. */
  seeds: z
    .array(z.number().int().nonnegative())
    .min(1)
    .refine((seeds) => new Set(seeds).size === seeds.length, { error: 'expected each seed once' })
    .default([0]),
  split: z
    .strictObject({
      /** Share of the cases that φ is chosen on. */
      validation: z.number().gt(0).lt(1).default(0.15),
      /** Share that the results are about. */
      test: z.number().gt(0).lt(1).default(0.25),
      seed: z.number().int().nonnegative().default(0),
    })
    .prefault({}),
  /** The primary network, the same for every method. */
  network: z
    .strictObject({
      channels: z.array(positive).min(2).default([24, 24, 24, 24, 24]),
      convsPerLevel: positive.default(2),
      residualUnits: z.number().int().nonnegative().default(0),
      norm: z.enum(['instance', 'group', 'none']).default('group'),
      leakiness: z.number().min(0).max(1).default(0.01),
    })
    .prefault({}),
  hyper: z
    .strictObject({
      /** Widths of the hypernetwork's hidden layers. */
      hidden: z.array(positive).min(1).default([16, 96]),
      encoding: z.enum(['z,1-z', 'cos,sin']).default('z,1-z'),
      /** θ = θ0 + h(φ) instead of θ = h(φ). */
      residual: z.boolean().default(true),
      /** Share of a fresh weight's deviation that h brings, with `residual`. */
      headShare: factor.default(0.02),
      /** Factor on what the heads give; null for one over the last hidden width. */
      headFactor: z.number().positive().nullable().default(null),
    })
    .prefault({}),
  film: z.strictObject({ hidden: z.array(positive).min(1).default([16, 96]) }).prefault({}),
  phi: z
    .strictObject({
      /** The prior's range, which is also what the hypernetwork's input is normalised by. */
      range: z
        .tuple([z.number().min(0).lt(1), factor])
        .refine(([low, high]) => low < high, { error: 'expected low < high' })
        .default([0, 0.5]),
      prior: z.enum(['uniform', 'sqrt-uniform']).default('uniform'),
      /** Where trained networks are evaluated. */
      grid: factors.min(1).default([0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5]),
      /** Evaluated as well, outside the range. */
      outOfRange: factors.default([0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1]),
      /** One Fixed network each. */
      fixed: factors.default([0.1, 0.2, 0.25, 0.3, 0.4, 0.5]),
      /** One capacity-matched Fixed network each. */
      capacityMatched: factors.default([0.5]),
    })
    .prefault({}),
  methods: z
    .array(z.enum(METHODS))
    .min(1)
    .refine((methods) => new Set(methods).size === methods.length, { error: 'expected each method once' })
    .default([...METHODS]),
  training: z
    .strictObject({
      epochs: positive.default(30),
      /** Other numbers of epochs for some methods; the results tell the cost of each. */
      epochsByMethod: z.partialRecord(z.enum(METHODS), positive).default({}),
      batchSize: positive.default(8),
      /** `[height, width]` or `[depth, height, width]`; null for the size of the images. */
      patchSize: z.array(positive).min(2).max(3).nullable().default(null),
      patchesPerCase: positive.default(1),
      foregroundFraction: z.number().min(0).max(1).default(0.33),
      loss: named(['dice', 'dice-cross-entropy', 'cross-entropy', 'focal', 'tversky']).default('dice-cross-entropy'),
      optimizer: named(['adam', 'adamW', 'sgd']).default('adam'),
      learningRate: z.number().positive().default(1e-3),
      /** Learning rate of the methods whose weights are predicted, where it should differ. */
      hyperLearningRate: z.number().positive().nullable().default(null),
      schedule: named(['poly', 'cosine', 'constant']).default('cosine'),
      augmentation: z.union([z.enum(['none', 'light', 'default']), z.looseObject({})]).default('none'),
      gradientClip: z.number().positive().nullable().default(12),
      /** Decay of the moving average of the weights that is kept in place of the last weights; null keeps those. */
      averageDecay: z.number().min(0).lt(1).nullable().default(null),
      /** Epochs between validations, of which the best weights are kept; null keeps the last weights and validates never. */
      validateEvery: positive.nullable().default(null),
      /** Where methods that know every φ are validated; Fixed ones are at their own. */
      validatePhis: factors.min(1).default([0.1, 0.25, 0.5]),
    })
    .prefault({}),
  /** The registration task's loss: −similarity + weight · smoothness. */
  registration: z
    .strictObject({
      similarity: z.enum(['ncc', 'mse']).default('ncc'),
      window: positive.default(9),
      smoothness: z.number().nonnegative().default(1),
    })
    .prefault({}),
  pictures: z.strictObject({ cases: z.number().int().nonnegative().default(4) }).prefault({}),
  execution: z
    .strictObject({
      /** Trainings side by side, one process each. */
      workers: positive.default(1),
      maxRetries: z.number().int().nonnegative().default(1),
      heartbeatTimeoutSeconds: z.number().positive().default(600),
    })
    .prefault({}),
})

export type Config = z.output<typeof configSchema>

/**
 * Checks a parsed JSON value and fills in the defaults.
 *
 * @param source what to call the configuration in messages: a file path or an option's name
 * @throws ConfigError listing each key with what was expected and found
 */
export function parseConfig(value: unknown, source: string): Config {
  const config = checkConfig(configSchema, value, source)
  checkSplit(config.split, source)
  const { patchSize } = config.training
  const axes = dimensionsOf(config)
  if (patchSize === null ? axes === 3 : patchSize.length !== axes) {
    throw new ConfigError(
      `${source}: training.patchSize: expected ${axes} numbers for ${config.data.source}, got ${JSON.stringify(patchSize)}`,
    )
  }
  if (config.task === 'registration' && dimensionsOf(config) === 3) {
    throw new ConfigError(`${source}: task: expected images for registration, got data.source ${config.data.source}`)
  }
  checkNetwork(config, source)
  return config
}

/** 3 for volumes, 2 for everything else. */
export function dimensionsOf({ data }: Pick<Config, 'data'>): 2 | 3 {
  return data.source === 'volumes' ? 3 : 2
}

function checkNetwork({ network }: Config, source: string): void {
  try {
    unetSpec({ ...network, levels: network.channels.length, downsample: 'resize' })
  } catch (error) {
    throw new ConfigError(`${source}: network: ${(error as Error).message}`)
  }
}
