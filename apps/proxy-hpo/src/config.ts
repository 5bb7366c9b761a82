/**
 * The configuration of a proxy search: one JSON file, every default visible, every key checked.
 *
 * The schema below is the documentation: `proxy-hpo config` prints it filled in, and a run writes it whole to
 * `config.json`. An unknown key is an error, since a misspelt setting that is silently ignored costs a night.
 *
 * @module
 */
import { checkConfig, checkSplit, ConfigError } from '@leanvox/app-shell'
import { unetSpec } from '@leanvox/nets'
import { shrink } from '@leanvox/proxy-net'
import { z } from 'zod'
import { HYPER_PARAMETERS, spaceSchema } from './space.ts'

const positive = z.number().int().positive()
const fraction = z.number().gt(0).lte(1)
const triple = z.tuple([positive, positive, positive])
const millimetres = z.tuple([z.number().positive(), z.number().positive(), z.number().positive()])

const intensity = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('z-score') }),
  z
    .strictObject({ kind: z.literal('window'), low: z.number(), high: z.number() })
    .refine(({ low, high }) => low < high, { error: 'expected low < high' }),
])

const shrinkage = z
  .strictObject({
    /** Levels kept, at least 2. */
    levels: positive.optional(),
    /** Factor on every level's channels. */
    channels: fraction.optional(),
    /** Residual units per level. */
    residualUnits: z.number().int().nonnegative().optional(),
  })
  .transform((reduction) => reduction as ExactPartial<typeof reduction>)

/** The type of an object whose missing keys are missing, which is what the schema gives. */
type ExactPartial<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

export const ARMS = [
  'full-net/full-data',
  'full-net/proxy-data',
  'proxy-net/full-data',
  'proxy-net/proxy-data',
] as const
export type Arm = (typeof ARMS)[number]

const configSchema = z.strictObject({
  seed: z.number().int().nonnegative().default(0),
  backend: z.enum(['auto', 'tfjs-node-gpu', 'onednn', 'tfjs-node', 'wasm', 'cpu']).default('auto'),
  /** Of convolutions; float32 where backend or chip has no other. */
  precision: z.enum(['float32', 'bfloat16']).default('float32'),
  /** A volume that cannot be used is set aside with a message, or stops the run before training. */
  onBadCase: z.enum(['skip', 'stop']).default('skip'),
  /** Use a seeded subset of the data set's cases; null for all. */
  maxCases: positive.nullable().default(null),
  preprocessing: z
    .strictObject({
      spacing: millimetres.nullable().default(null),
      intensity: intensity.default({ kind: 'z-score' }),
      cropForeground: z.boolean().default(false),
    })
    .prefault({}),
  split: z
    .strictObject({
      /** Share of the cases that scores trials. */
      validation: z.number().gt(0).lt(1).default(0.2),
      /** Share held out for the final score; not used when an external data set is given. */
      test: z.number().gt(0).lt(1).default(0.2),
    })
    .prefault({}),
  network: z
    .strictObject({
      levels: positive.default(3),
      channels: z.array(positive).default([8, 16, 32]),
      residualUnits: z.number().int().nonnegative().default(1),
      convsPerLevel: positive.default(2),
      norm: z.enum(['instance', 'group', 'none']).default('instance'),
      downsample: z.enum(['max-pool', 'resize', 'stride']).default('max-pool'),
      upsample: z.enum(['linear', 'nearest', 'transposed']).default('linear'),
    })
    .prefault({}),
  proxyNetwork: shrinkage.prefault({ channels: 0.5, residualUnits: 0 }),
  proxyData: z
    .strictObject({
      /** Share of the training cases that is kept. */
      budget: fraction.default(0.35),
      measure: z
        .enum(['mutual-information', 'normalized-mutual-information', 'local-correlation'])
        .default('normalized-mutual-information'),
      region: z.enum(['whole', 'roi', 'label']).default('roi'),
      grid: triple.default([16, 16, 16]),
      strategy: z.enum(['representative', 'diverse', 'greedy-cover']).default('greedy-cover'),
    })
    .prefault({}),
  training: z
    .strictObject({
      epochs: positive.default(8),
      finalEpochs: positive.default(12),
      batchSize: positive.default(1),
      patchSize: triple.default([32, 32, 32]),
      patchesPerCase: positive.default(1),
      validateEvery: positive.default(2),
      /** Values of the hyper-parameters that the space does not search. */
      fixed: HYPER_PARAMETERS.partial().default({}),
    })
    .prefault({}),
  search: z
    .strictObject({
      arms: z
        .array(z.enum(ARMS))
        .min(1)
        .refine((arms) => new Set(arms).size === arms.length, { error: 'expected each arm once' })
        .default([...ARMS]),
      trials: positive.default(10),
      sampler: z.enum(['random', 'tpe', 'reinforcement']).default('tpe'),
      /** Random trials before TPE's model is used. */
      startupTrials: positive.default(5),
      pruner: z.enum(['none', 'median', 'successive-halving']).default('none'),
      space: spaceSchema,
    })
    .prefault({}),
  correlation: z
    .strictObject({
      /** Hyper-parameter settings trained under every condition; 0 leaves the step out. */
      settings: z.number().int().nonnegative().default(6),
      randomSubsets: positive.default(2),
      /** Smaller networks to compare with the full one beside `proxyNetwork`. */
      rungs: z.array(shrinkage).default([]),
    })
    .prefault({}),
  execution: z
    .strictObject({
      /** Arms (or conditions) trained side by side, one process each; their order of trials stays fixed. */
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
  const { levels, channels } = config.network
  if (channels.length !== levels) {
    throw new ConfigError(
      `${source}: network.channels: expected ${levels} entries (network.levels), got ${channels.length}`,
    )
  }
  checkSplit(config.split, source)
  checkNetworks(config, source)
  return config
}

/** The networks are built once, with any number of channels and labels, so that a wrong one is told at once. */
function checkNetworks({ network, proxyNetwork, correlation }: Config, source: string): void {
  const smaller = {
    proxyNetwork,
    ...Object.fromEntries(correlation.rungs.map((rung, i) => [`correlation.rungs.${i}`, rung])),
  }
  const attempt = <T>(key: string, build: () => T): T => {
    try {
      return build()
    } catch (error) {
      throw new ConfigError(`${source}: ${key}: ${(error as Error).message}`)
    }
  }
  const full = attempt('network', () => unetSpec({ ...network, dimensions: 3, inChannels: 1, outChannels: 2 }))
  for (const [key, reduction] of Object.entries(smaller)) attempt(key, () => shrink(full, reduction))
}
