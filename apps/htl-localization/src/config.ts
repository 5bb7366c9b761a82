/**
 * The configuration of a comparison: one JSON file, every default visible, every key checked.
 *
 * The schema below is the documentation: `htl-localization config` prints it filled in, and a run writes it whole to
 * `config.json`. An unknown key is an error, since a misspelt setting that is silently ignored costs a night.
 *
 * @module
 */
import { checkConfig, checkSplit, ConfigError } from '@leanvox/app-shell'
import { classifierSpec } from '@leanvox/htl-pruning'
import { unetSpec } from '@leanvox/nets'
import { z } from 'zod'
import {
  htlSchema,
  htlOverrides,
  semiSupervisedSchema,
  supervisedSchema,
  weaklySupervisedSchema,
} from './config-settings.ts'

const positive = z.number().int().positive()
const column = z.string().min(1).nullable()

/** The three ways of learning to localise. */
export const SETTINGS = ['supervised', 'semi-supervised', 'weakly-supervised'] as const
export type Setting = (typeof SETTINGS)[number]

/** Which images are attended to, and the controls; `plain` attends to none. */
export const ARMS = ['plain', 'htl', 'random', 'high-loss', 'focal'] as const
export type Arm = (typeof ARMS)[number]

function listOnce<T extends string>(values: readonly [T, ...T[]], what: string) {
  return z
    .array(z.enum(values))
    .min(1)
    .refine((list) => new Set(list).size === list.length, { error: `expected each ${what} once` })
}

const configSchema = z.strictObject({
  backend: z.enum(['auto', 'tfjs-node-gpu', 'onednn', 'tfjs-node', 'wasm', 'cpu']).default('auto'),
  /** Inputs of convolutions; only onednn knows bfloat16, others go on in float32 and the results say so. */
  precision: z.enum(['float32', 'bfloat16']).default('float32'),
  settings: listOnce(SETTINGS, 'setting').default([...SETTINGS]),
  arms: listOnce(ARMS, 'arm').default([...ARMS]),
  seeds: z
    .array(z.number().int().nonnegative())
    .min(1)
    .refine((list) => new Set(list).size === list.length, { error: 'expected each seed once' })
    .default([0, 1, 2]),
  data: z
    .strictObject({
      /** Height and width that images and masks are brought to. */
      size: z.tuple([positive, positive]).default([128, 128]),
      /** An image that cannot be used is set aside with a message, or stops the run before training. */
      onBadImage: z.enum(['skip', 'stop']).default('skip'),
      /** Columns of metadata.csv; null looks for the names that HAM10000 and ISIC use. */
      columns: z
        .strictObject({
          age: column.default(null),
          sex: column.default(null),
          site: column.default(null),
          diagnosis: column.default(null),
          lesion: column.default(null),
        })
        .prefault({}),
      /** Use a seeded subset of the images; null for all. */
      maxImages: positive.nullable().default(null),
    })
    .prefault({}),
  split: z
    .strictObject({
      validation: z.number().gt(0).lt(1).default(0.1),
      test: z.number().gt(0).lt(1).default(0.2),
      /** The split is the same for every seed of the trainings. */
      seed: z.number().int().nonnegative().default(0),
    })
    .prefault({}),
  supervised: supervisedSchema.prefault({}),
  semiSupervised: semiSupervisedSchema.prefault({}),
  weaklySupervised: weaklySupervisedSchema.prefault({}),
  focal: z.strictObject({ gamma: z.number().positive().default(2) }).prefault({}),
  /** The hard-to-learn set of finished plain trainings, for `find` and `analyse`. */
  find: z
    .strictObject({
      sparsities: htlSchema.shape.sparsities,
      scope: htlSchema.shape.scope,
      /** Share of the images that counts as hard to learn. */
      fraction: z.number().gt(0).lt(1).default(0.1),
    })
    .prefault({}),
  /** Further htl trainings of a setting, each with some of its htl settings changed. */
  sweep: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[\w.,+ -]+$/, { error: 'expected a name of letters, digits, spaces and . , + -' }),
        /** What is varied, such as `sparsity`; entries of one knob are shown together. */
        knob: z.string().min(1),
        setting: z.enum(SETTINGS).default('supervised'),
        seeds: z.array(z.number().int().nonnegative()).min(1).default([0]),
        htl: htlOverrides,
      }),
    )
    .default([]),
  analysis: z
    .strictObject({
      resamples: positive.default(2000),
      level: z.number().gt(0).lt(1).default(0.95),
      /** Upper ends of the age bands, in years. */
      ageBands: z.array(z.number().positive()).default([30, 45, 60, 75]),
      /** Lesion area and contrast are cut into this many groups of equal size. */
      quantiles: z.number().int().min(2).default(4),
    })
    .prefault({}),
  execution: z
    .strictObject({
      /** Trainings side by side, one process each. */
      workers: positive.default(1),
      /** Attempts after a training's process has died. */
      maxRetries: z.number().int().nonnegative().default(1),
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
  checkNetworks(config, source)
  const names = config.sweep.map(({ setting, name }) => `${setting}/${name}`)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw new ConfigError(`${source}: sweep: expected each name once, got ${twice} twice`)
  return config
}

/** What only goes wrong when a training begins is told at once. */
function checkNetworks({ supervised, semiSupervised, weaklySupervised }: Config, source: string): void {
  const attempt = (key: string, build: () => unknown) => {
    try {
      build()
    } catch (error) {
      throw new ConfigError(`${source}: ${key}.network: ${(error as Error).message}`)
    }
  }
  for (const [key, { network }] of Object.entries({ supervised, semiSupervised })) {
    attempt(key, () => unetSpec({ ...network, dimensions: 2, inChannels: 3, outChannels: 2 }))
  }
  attempt('weaklySupervised', () => classifierSpec({ ...weaklySupervised.network, dimensions: 2, inChannels: 3 }))
  const { labelledPerBatch, batchSize } = semiSupervised
  if (labelledPerBatch >= batchSize) {
    throw new ConfigError(
      `${source}: semiSupervised.labelledPerBatch: expected less than batchSize (${batchSize}), got ${labelledPerBatch}`,
    )
  }
}
