import * as fs from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  checkSpace,
  cmaEsSampler,
  createStudy,
  gpSampler,
  gridSampler,
  nsga2Sampler,
  qmcSampler,
  randomSampler,
  reinforcementSampler,
  tpeSampler,
  type Sampler,
  type SpaceInput,
} from './index.ts'
import { distributionFromJson } from './optuna-json.ts'
import { parzenEstimator, type Observations } from './parzen-estimator.ts'
import { samplerContract } from './testing.ts'
import { contextWith, everyKind, someTrials, trialWith } from './testing/trials.ts'

const api = { describe, test, expect }
const anyDirections = [['minimize'], ['minimize', 'maximize']] as const
samplerContract(api, { create: () => randomSampler({ seed: 1 }), directions: anyDirections })
samplerContract(api, { create: () => qmcSampler({ seed: 1 }), directions: anyDirections })
samplerContract(api, { create: () => tpeSampler({ seed: 1, nStartupTrials: 5 }) })
samplerContract(api, { create: () => tpeSampler({ seed: 1, nStartupTrials: 5, group: true }) })
samplerContract(api, {
  create: () => tpeSampler({ seed: 1, multivariate: false }),
  directions: anyDirections.toReversed(),
})
samplerContract(api, { create: () => cmaEsSampler({ seed: 1, populationSize: 4 }), trials: 30 })
samplerContract(api, { create: () => cmaEsSampler({ seed: 1, populationSize: 4, restarts: 'ipop' }), trials: 30 })
samplerContract(api, {
  create: () => nsga2Sampler({ seed: 1, populationSize: 6 }),
  directions: anyDirections.toReversed(),
  trials: 30,
})
samplerContract(api, {
  create: () => gpSampler({ seed: 1, nStartupTrials: 8 }),
  directions: [['minimize'], ['maximize', 'minimize']],
  trials: 12,
})
samplerContract(api, { create: () => reinforcementSampler({ seed: 1, hiddenSize: 4 }) })
samplerContract(api, {
  create: () => gridSampler({ a: [0, 0.5, 1], b: ['x', 'y'] }),
  space: checkSpace({
    a: { type: 'float', low: 0, high: 1 },
    b: { type: 'categorical', choices: ['x', 'y', 'z'] },
    c: { type: 'int', low: 0, high: 9 },
  }),
  directions: anyDirections,
})

interface ParzenCase {
  name: string
  space: Record<string, string>
  observations: Observations
  samples: Observations
  logDensities: number[]
}
const { cases } = JSON.parse(fs.readFileSync(new URL('../fixtures/parzen.json', import.meta.url), 'utf8')) as {
  cases: ParzenCase[]
}

test.each(cases)('the Parzen estimator gives the log-densities of Optuna ($name)', (each) => {
  const space = Object.fromEntries(Object.entries(each.space).map(([name, json]) => [name, distributionFromJson(json)]))
  const estimator = parzenEstimator(each.observations, space)
  each.logDensities.forEach((expected, index) => {
    const setting = Object.fromEntries(Object.entries(each.samples).map(([name, values]) => [name, values[index]]))
    expect(estimator.logDensity(setting)).toBeCloseTo(expected, 9)
  })
})

test('with ten good trials at one place, TPE proposes near it', () => {
  const space = { x: everyKind['plain'] }
  const trials = Array.from({ length: 100 }, (_, number) => {
    const x = number % 10 === 0 ? 1 + number / 1000 : -2 + number / 40
    return trialWith({ number, params: { x }, distributions: space, value: Math.abs(x - 1) })
  })
  const proposals = Array.from({ length: 20 }, (_, number) => {
    const params = tpeSampler().sample(contextWith({ number: 100 + number, space, trials }))
    return params['x'] as number
  })
  const near = proposals.filter((x) => Math.abs(x - 1) < 0.25)
  expect(near.length).toBeGreaterThan(15)
})

test('failed trials count neither as start-up nor as bad', () => {
  const failed = Array.from({ length: 30 }, (_, number) => trialWith({ number, state: 'fail' }))
  const context = contextWith({ number: 30, trials: failed })
  expect(tpeSampler({ seed: 4 }).sample(context)).toEqual(randomSampler({ seed: 4 }).sample(context))
})

test('the order in which trials finished with infinite values does not break the split', () => {
  const trials = someTrials(20).map((trial, index) => ({ ...trial, value: [Infinity, -Infinity, 1][index % 3] }))
  const context = contextWith({ number: 20, trials, directions: ['maximize'] })
  expect(Object.keys(tpeSampler().sample(context))).toEqual(Object.keys(everyKind))
})

const braninSpace = {
  x: { type: 'float', low: -5, high: 10 },
  y: { type: 'float', low: 0, high: 15 },
} as const
/** Branin's function; its minimum is 0.397887. */
function branin({ x, y }: { x: number; y: number }): number {
  const a = y - (5.1 / (4 * Math.PI ** 2)) * x * x + (5 / Math.PI) * x - 6
  return a * a + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10
}

async function valuesOf<const S extends SpaceInput>(
  sampler: Sampler,
  { space, trials, objective }: { space: S; trials: number; objective: (params: never) => number },
): Promise<number[]> {
  const study = await createStudy({ name: 's', space, sampler })
  for (let index = 0; index < trials; index++) {
    const trial = await study.ask()
    await study.tell(trial.number, { state: 'complete', value: objective(trial.params as never) })
  }
  return study.trials.map(({ value }) => value as number)
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

test('TPE finds a lower Branin value than random search: mean over 10 seeds, 60 trials', async () => {
  const task = { space: braninSpace, trials: 60, objective: branin }
  const best = async (create: (seed: number) => Sampler) => {
    const runs = Array.from({ length: 10 }, (_, seed) => valuesOf(create(seed), task))
    return mean((await Promise.all(runs)).map((values) => Math.min(...values)))
  }
  const [tpe, random] = [await best((seed) => tpeSampler({ seed })), await best((seed) => randomSampler({ seed }))]
  expect(tpe).toBeLessThan(random)
  expect(tpe).toBeLessThan(0.9)
})

test('the reinforcement controller moves to the optimum of a smooth function: 8 seeds, last 20 of 60 trials', async () => {
  const space = {
    x: { type: 'float', low: 0, high: 1 },
    rate: { type: 'float', low: 1e-4, high: 1e-1, log: true },
  } as const
  const objective = ({ x, rate }: { x: number; rate: number }) => (x - 0.8) ** 2 + ((Math.log10(rate) + 3.2) / 3) ** 2
  const late = async (create: (seed: number) => Sampler) => {
    const runs = Array.from({ length: 8 }, (_, seed) => valuesOf(create(seed), { space, trials: 60, objective }))
    return (await Promise.all(runs)).map((values) => mean(values.slice(-20)))
  }
  const [controller, random] = [
    await late((seed) => reinforcementSampler({ seed })),
    await late((seed) => randomSampler({ seed })),
  ]
  expect(mean(controller)).toBeLessThan(0.25 * mean(random))
  controller.forEach((value, seed) => expect(value).toBeLessThan(random[seed]))
})

test('the reinforcement controller learns which choice pays: 8 seeds, last 20 of 60 trials', async () => {
  const space = { kind: { type: 'categorical', choices: ['a', 'b', 'c', 'd'] } } as const
  const objective = ({ kind }: { kind: string }) => (kind === 'c' ? 0 : 1)
  const runs = Array.from({ length: 8 }, (_, seed) =>
    valuesOf(reinforcementSampler({ seed }), { space, trials: 60, objective }),
  )
  const hits = (await Promise.all(runs)).map((values) => values.slice(-20).filter((value) => value === 0).length)
  expect(mean(hits)).toBeGreaterThan(10) // chance is 5
})

test('options out of range are named', () => {
  const negative = { nStartupTrials: -1 }
  expect(() => tpeSampler(negative)).toThrow('tpeSampler: expected nStartupTrials >= 0, got -1')
  expect(() => tpeSampler({ nEiCandidates: 0 })).toThrow('tpeSampler: expected nEiCandidates >= 1, got 0')
  const message = 'reinforcementSampler: expected 0 <= baselineDecay < 1, got 1'
  expect(() => reinforcementSampler({ baselineDecay: 1 })).toThrow(message)
  const two = contextWith({ number: 0, directions: ['minimize', 'minimize'] })
  expect(() => reinforcementSampler().sample(two)).toThrow('reinforcementSampler: expected one direction, got 2')
})
