/**
 * The studies of a run: which network is trained on which cases, how often, with which settings.
 *
 * Pure: a configuration, the cases and the chosen subset in, a list of studies out. The search arms differ in two
 * switches only, network (full or proxy) and data (full or proxy); the correlation conditions train one list of
 * settings under every condition; the final study retrains the full network on all data with each arm's winner.
 *
 * @module
 */
import { unetSpec, type UNetSpec } from '@leanvox/nets'
import { proxyLadder, shrink } from '@leanvox/proxy-net'
import { createRng } from '@leanvox/random'
import type { Arm, Config } from './config.ts'
import type { JobData, TimeJob, TrainJob } from './jobs.ts'
import type { Dimension, Space } from './space.ts'
import type { Split } from './split.ts'

export type Setting = Readonly<Record<string, number | string>>

/** One study: `settings` are enqueued in order; null leaves them to the sampler. */
export interface StudyPlan {
  readonly name: string
  readonly job: TrainJob | TimeJob
  readonly trials: number
  readonly settings: readonly Setting[] | null
}

/** What the data say: labels, channels, and the ids of every part. */
export interface PlanInput {
  readonly config: Config
  readonly runFolder: string
  readonly channels: number
  /** Foreground label values in ascending order. */
  readonly labels: readonly number[]
  readonly split: Split
  readonly proxyCases: readonly string[]
}

/** The full network of a configuration for the data's channels and labels. */
export function fullNetwork({ config, channels, labels }: Pick<PlanInput, 'config' | 'channels' | 'labels'>): UNetSpec {
  // Labels are used as class indices, so that the output needs one channel more than the largest value.
  return unetSpec({ ...config.network, dimensions: 3, inChannels: channels, outChannels: Math.max(...labels) + 1 })
}

/** The full network, the configured proxy and any further rungs, by name. */
export function networks(input: PlanInput): Record<string, UNetSpec> {
  const full = fullNetwork(input)
  const rungs = input.config.correlation.rungs.map(
    (rung) => [`rung ${JSON.stringify(rung)}`, shrink(full, rung)] as const,
  )
  return { 'full-net': full, 'proxy-net': shrink(full, input.config.proxyNetwork), ...Object.fromEntries(rungs) }
}

/** One study per search arm. */
export function searchPlans(input: PlanInput): StudyPlan[] {
  const { search } = input.config
  return search.arms.map((arm) => ({
    name: `search/${arm}`,
    job: trainJob(input, armCondition(input, arm)),
    trials: search.trials,
    settings: null,
  }))
}

/** One study per correlation condition, each with the same settings in the same order. */
export function correlationPlans(input: PlanInput): StudyPlan[] {
  const { correlation, search } = input.config
  if (correlation.settings === 0) return []
  const settings = drawSettings(search.space, { count: correlation.settings, seed: input.config.seed })
  return Object.entries(conditions(input)).map(([name, condition]) => ({
    name: `correlation/${name}`,
    job: trainJob(input, { ...condition, test: input.split.test }),
    trials: settings.length,
    settings,
  }))
}

/** The full network on all data, once per arm, with the arm's best setting; scored on the test cases. */
export function finalPlan(input: PlanInput, winners: readonly Setting[]): StudyPlan {
  const job = trainJob(input, { ...armCondition(input, 'full-net/full-data'), test: input.split.test })
  return {
    name: 'final',
    job: { ...job, epochs: input.config.training.finalEpochs, keep: true },
    trials: winners.length,
    settings: winners,
  }
}

/** One timing study per network of the ladder, the run's own networks among them. */
export function ladderPlans(input: PlanInput): StudyPlan[] {
  const { patchSize } = input.config.training
  const ladder = proxyLadder(fullNetwork(input), { patchSize: [...patchSize] })
  // The ladder's own first rung is the full network, which the run calls by its own name.
  const rungs = ladder.filter(({ name }) => name !== 'full').map(({ name, spec }) => [name, spec] as const)
  const named = { ...networks(input), ...Object.fromEntries(rungs) }
  return Object.entries(named).map(([name, network]) => ({
    name: `ladder/${name}`,
    job: { ...jobBase(input, network), kind: 'step-time', trainCase: input.split.train[0], steps: 6 },
    trials: 1,
    settings: [{}],
  }))
}

/** `count` seeded random settings of a space, uniform or log-uniform in each dimension. */
export function drawSettings(space: Space, { count, seed }: { count: number; seed: number }): Setting[] {
  const dimensions = Object.entries(space) as [string, Dimension][]
  return Array.from({ length: count }, (_, index) => {
    const entries = dimensions.map(([name, dimension]) => {
      const rng = createRng(seed).split('settings', index, name)
      if (dimension.type === 'categorical') return [name, dimension.choices[rng.integer(dimension.choices.length)]]
      const { low, high, log } = dimension
      const value = log ? Math.exp(rng.uniformIn(Math.log(low), Math.log(high))) : rng.uniformIn(low, high)
      // exp(log(low)) may round to a number below low.
      return [name, Math.min(high, Math.max(low, value))]
    })
    return Object.fromEntries(entries) as Setting
  })
}

interface Condition {
  readonly network: UNetSpec
  readonly train: readonly string[]
  readonly test?: readonly string[]
}

function armCondition(input: PlanInput, arm: Arm): Condition {
  const [net, data] = arm.split('/')
  return {
    network: networks(input)[net],
    train: data === 'proxy-data' ? input.proxyCases : input.split.train,
  }
}

function conditions(input: PlanInput): Record<string, Condition> {
  const { train } = input.split
  const all = networks(input)
  const full = all['full-net']
  const random = Array.from({ length: input.config.correlation.randomSubsets }, (_, k) => {
    const rng = createRng(input.config.seed).split('random-subset', k)
    return [`random-data-${k}`, { network: full, train: rng.shuffle(train).slice(0, input.proxyCases.length).sort() }]
  })
  return {
    full: { network: full, train },
    ...Object.fromEntries(
      Object.entries(all)
        .filter(([name]) => name !== 'full-net')
        .map(([name, network]) => [name, { network, train }]),
    ),
    'proxy-data': { network: full, train: input.proxyCases },
    ...Object.fromEntries(random),
  }
}

function trainJob(input: PlanInput, { network, train, test = [] }: Condition): TrainJob {
  const { training } = input.config
  const data: JobData = { train, validation: input.split.validation, test }
  return {
    ...jobBase(input, network),
    kind: 'train',
    data,
    epochs: training.epochs,
    patchesPerCase: training.patchesPerCase,
    validateEvery: training.validateEvery,
    fixed: training.fixed as TrainJob['fixed'],
    keep: false,
  }
}

function jobBase({ config, runFolder, labels }: PlanInput, network: UNetSpec) {
  const { patchSize, batchSize } = config.training
  const { backend, precision, seed } = config
  return { backend, precision, runFolder, network, patchSize, batchSize, seed, labels }
}
