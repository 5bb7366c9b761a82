import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ARMS, parseConfig } from './config.ts'
import type { TrainJob } from './jobs.ts'
import {
  correlationPlans,
  drawSettings,
  finalPlan,
  fullNetwork,
  ladderPlans,
  networks,
  searchPlans,
  type PlanInput,
} from './plan.ts'

const split = { train: ['a', 'b', 'c', 'd'], validation: ['v'], test: ['t', 'u'] }
const input: PlanInput = {
  config: parseConfig(
    { seed: 5, search: { trials: 7 }, correlation: { settings: 3, randomSubsets: 2, rungs: [{ levels: 2 }] } },
    'test',
  ),
  runFolder: '/run',
  channels: 2,
  labels: [1, 3],
  split,
  proxyCases: ['b', 'd'],
}
const jobOf = ({ job }: { job: unknown }) => job as TrainJob

describe('networks', () => {
  test('have the channels of the data and an output for every value up to the largest label', () => {
    expect(fullNetwork(input)).toMatchObject({ dimensions: 3, inChannels: 2, outChannels: 4, channels: [8, 16, 32] })
  })

  test('are the full one, the proxy and each rung', () => {
    const named = networks(input)
    expect(Object.keys(named)).toEqual(['full-net', 'proxy-net', 'rung {"levels":2}'])
    expect(named['proxy-net']).toMatchObject({ channels: [4, 8, 16], residualUnits: 0 })
    expect(named['rung {"levels":2}']).toMatchObject({ channels: [8, 16], residualUnits: 1 })
  })
})

describe('searchPlans', () => {
  const plans = searchPlans(input)

  test('are one study an arm, left to the sampler', () => {
    expect(plans.map(({ name }) => name)).toEqual(ARMS.map((arm) => `search/${arm}`))
    for (const plan of plans) expect(plan).toMatchObject({ trials: 7, settings: null })
  })

  test('differ in network and training data only', () => {
    const jobs = plans.map(jobOf)
    const rest = jobs.map(({ network: _network, data, ...others }) => ({ ...others, data: { ...data, train: null } }))
    for (const other of rest) expect(other).toEqual(rest[0])
    expect(jobs.map(({ data }) => data.train)).toEqual([split.train, ['b', 'd'], split.train, ['b', 'd']])
    expect(jobs.map(({ network }) => network.channels[0])).toEqual([8, 8, 4, 4])
    expect(jobs.map(({ data }) => data.test)).toEqual([[], [], [], []])
  })

  test('hold only the arms asked for', () => {
    const config = parseConfig({ search: { arms: ['proxy-net/full-data'] } }, 'test')
    expect(searchPlans({ ...input, config }).map(({ name }) => name)).toEqual(['search/proxy-net/full-data'])
  })
})

describe('correlationPlans', () => {
  const plans = correlationPlans(input)

  test('train the same settings under every condition, scored on the test cases', () => {
    expect(plans.map(({ name }) => name)).toEqual([
      'correlation/full',
      'correlation/proxy-net',
      'correlation/rung {"levels":2}',
      'correlation/proxy-data',
      'correlation/random-data-0',
      'correlation/random-data-1',
    ])
    for (const plan of plans) {
      expect(plan.settings).toEqual(plans[0].settings)
      expect(plan.trials).toBe(3)
      expect(jobOf(plan).data).toMatchObject({ validation: ['v'], test: ['t', 'u'] })
    }
  })

  test('compare with random subsets of the size of the proxy data', () => {
    for (const plan of plans.slice(4)) {
      const { train } = jobOf(plan).data
      expect(train).toHaveLength(2)
      expect(split.train).toEqual(expect.arrayContaining([...train]))
    }
    expect(jobOf(plans[3]).data.train).toEqual(['b', 'd'])
  })

  test('are none when no settings are asked for', () => {
    expect(correlationPlans({ ...input, config: parseConfig({ correlation: { settings: 0 } }, 'test') })).toEqual([])
  })
})

test('the final plan trains the full network on all data for the final epochs, keeps it and scores it', () => {
  const plan = finalPlan(input, [{ learningRate: 0.1 }, { learningRate: 0.2 }])
  expect(plan).toMatchObject({ name: 'final', trials: 2, settings: [{ learningRate: 0.1 }, { learningRate: 0.2 }] })
  const [search] = searchPlans(input)
  expect(plan.job).toEqual({
    ...search.job,
    epochs: 12,
    keep: true,
    data: { train: split.train, validation: ['v'], test: ['t', 'u'] },
  })
})

test('the ladder times every network of the run once, on one training case', () => {
  const plans = ladderPlans(input)
  expect(plans.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['ladder/full-net', 'ladder/proxy-net', 'ladder/rung {"levels":2}']),
  )
  expect(new Set(plans.map(({ name }) => name)).size).toBe(plans.length)
  for (const plan of plans)
    expect(plan).toMatchObject({ trials: 1, settings: [{}], job: { kind: 'step-time', trainCase: 'a' } })
})

describe('drawSettings', () => {
  const space = parseConfig({}, 'test').search.space

  test('stays within the space and gives the same settings for the same seed, the first ones whatever the count', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 6 }), (seed, count) => {
        const settings = drawSettings(space, { count, seed })
        for (const { learningRate, loss, augmentationProbability } of settings) {
          expect(learningRate).toBeGreaterThanOrEqual(1e-4)
          expect(learningRate).toBeLessThanOrEqual(1e-1)
          expect(['dice', 'dice-cross-entropy', 'focal']).toContain(loss)
          expect(augmentationProbability).toBeGreaterThanOrEqual(0)
          expect(augmentationProbability).toBeLessThanOrEqual(0.8)
        }
        expect(drawSettings(space, { count: count + 1, seed }).slice(0, count)).toEqual(settings)
      }),
    )
  })

  test('gives the only value of a range without width', () => {
    const { space: narrow } = parseConfig(
      { search: { space: { learningRate: { type: 'float', low: 0.003, high: 0.003, log: true } } } },
      'test',
    ).search
    expect(drawSettings(narrow, { count: 2, seed: 0 })).toEqual([{ learningRate: 0.003 }, { learningRate: 0.003 }])
  })

  test('is uniform on the log scale where asked', () => {
    const rates = drawSettings(space, { count: 600, seed: 1 }).map(({ learningRate }) =>
      Math.log10(learningRate as number),
    )
    // log10 of 1e-4..1e-1: mean -2.5, standard error 0.87 / sqrt(600) = 0.035.
    expect(Math.abs(rates.reduce((sum, rate) => sum + rate, 0) / 600 + 2.5)).toBeLessThan(0.14)
  })
})
