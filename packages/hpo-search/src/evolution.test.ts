import { describe, expect, test } from 'vitest'
import { createRng } from '@leanvox/random'
import { drawFromCma, hasConverged, initialCmaState, updateCma, type CmaState } from './cma-es.ts'
import { type Direction, type FrozenTrial } from './frozen-trial.ts'
import { createGenerations } from './generations.ts'
import {
  cmaEsSampler,
  createStudy,
  hypervolume,
  nsga2Sampler,
  paretoFront,
  randomSampler,
  type Sampler,
} from './index.ts'
import { crowdingDistances, frontRanks } from './pareto-front.ts'
import { bestFronts } from './pareto-split.ts'
import { trialWith } from './testing/trials.ts'

describe('CMA-ES', () => {
  /** Minimises over the unit cube; returns the last state. */
  function run(f: (x: Float64Array) => number, { n, generations }: { n: number; generations: number }): CmaState {
    const populationSize = 4 + Math.floor(3 * Math.log(n))
    let state = initialCmaState({ mean: new Float64Array(n).fill(0.5), sigma: 1 / 6, populationSize })
    for (let generation = 0; generation < generations; generation++) {
      const population = Array.from({ length: populationSize }, (_, index) => {
        const x = drawFromCma(state, createRng('cma').split(n, generation, index))
        return { x, loss: f(x) }
      })
      state = updateCma(state, population)
    }
    return state
  }

  test('goes down a sphere to ten digits and then has converged', () => {
    const state = run((x) => x.reduce((sum, value) => sum + (value - 0.3) ** 2, 0), { n: 4, generations: 200 })
    state.mean.forEach((value) => expect(value).toBeCloseTo(0.3, 10))
    expect(hasConverged(state)).toBe(true)
    expect(hasConverged(initialCmaState({ mean: state.mean, sigma: 0.1, populationSize: 8 }))).toBe(false)
  })

  test('learns the axes of an ellipsoid a thousand times longer than wide', () => {
    const state = run(([x, y]) => 1e6 * (x - 0.4) ** 2 + (y - 0.6) ** 2, { n: 2, generations: 120 })
    expect(state.mean[0]).toBeCloseTo(0.4, 4)
    expect(state.mean[1]).toBeCloseTo(0.6, 2)
    const ratio = Math.max(...state.axes.lengths) / Math.min(...state.axes.lengths)
    expect(ratio).toBeGreaterThan(100)
  })

  test('points stay in the cube, on its edge when the mean is far outside', () => {
    const state = initialCmaState({ mean: Float64Array.of(5, 0.5), sigma: 0.01, populationSize: 6 })
    const x = drawFromCma(state, createRng(1))
    expect(x[0]).toBe(1)
    expect(x[1]).toBeCloseTo(0.5, 1)
  })

  test('the sampler beats random search on a bowl: medians over 8 seeds, 80 trials', async () => {
    const bowl = (params: Record<string, number>) => Object.values(params).reduce((sum, x) => sum + (x - 1) ** 2, 0)
    const [cma, random] = [
      await medianOf((seed) => cmaEsSampler({ seed }), bowl),
      await medianOf((seed) => randomSampler({ seed }), bowl),
    ]
    expect(cma).toBeLessThan(random / 20)
  })

  test('enqueued trials belong to no generation; options out of range are named', async () => {
    const study = await createStudy({ name: 's', space: numeric, sampler: cmaEsSampler() })
    await tell(study, 1)
    await study.enqueueTrial({ x: 1 })
    const [queued, own] = [await study.ask(), await study.ask()]
    expect(study.trial(queued.number).systemAttributes['cma:generation']).toBeUndefined()
    expect(study.trial(own.number).systemAttributes['cma:generation']).toBe(0)
    expect(() => cmaEsSampler({ populationSize: 1 })).toThrow('cmaEsSampler: expected populationSize >= 2, got 1')
    expect(() => cmaEsSampler({ sigma: 0 })).toThrow('cmaEsSampler: expected sigma > 0, got 0')
  })
})

const numeric = { x: { type: 'float', low: -3, high: 3 }, y: { type: 'float', low: -3, high: 3 } } as const

async function tell(study: Awaited<ReturnType<typeof createStudy>>, value: number | number[]) {
  const { number } = await study.ask()
  await study.tell(number, { state: 'complete', value })
}

async function medianOf(create: (seed: number) => Sampler, f: (params: Record<string, number>) => number) {
  const best: number[] = []
  for (let seed = 0; seed < 8; seed++) {
    const study = await createStudy({ name: 's', space: numeric, sampler: create(seed) })
    for (let count = 0; count < 80; count++) {
      const { number, params } = await study.ask()
      await study.tell(number, { state: 'complete', value: f(params) })
    }
    best.push(study.bestTrial?.value as number)
  }
  return best.sort((one, other) => one - other)[4]
}

describe('generations', () => {
  const member = (number: number, { generation, value }: { generation: number; value: number }): FrozenTrial =>
    trialWith({ number, value, systemAttributes: { g: generation } })
  const create = () =>
    createGenerations<number>({
      key: 'g',
      fits: () => true,
      initial: () => 0,
      populationSize: () => 2,
      next: (state, population) => state * 100 + population.reduce((sum, { value }) => sum + (value as number), 0),
    })

  test('a generation is complete with its first trials by number; more of it are left out', () => {
    const generations = create()
    generations.follow([0, 1, 2].map((number) => member(number, { generation: 0, value: number + 1 })))
    expect([generations.current(), generations.stateOf(1), generations.stateOf(0)]).toEqual([1, 3, 0])
  })

  test('a trial that ends late but has a low number takes its place, and what followed is computed anew', () => {
    const generations = create()
    const late = member(0, { generation: 0, value: 7 })
    const others = [1, 2].map((number) => member(number, { generation: 0, value: number }))
    const next = [3, 4].map((number) => member(number, { generation: 1, value: 10 }))
    generations.follow([...others, ...next])
    expect([generations.current(), generations.stateOf(2)]).toEqual([2, 320])
    generations.follow([late, ...others, ...next])
    const fresh = create()
    fresh.follow([late, ...others, ...next])
    expect([generations.stateOf(1), generations.stateOf(2)]).toEqual([8, 820])
    expect([fresh.stateOf(1), fresh.stateOf(2)]).toEqual([8, 820])
  })

  test('failed and pruned trials and unusable marks do not count', () => {
    const generations = create()
    const wrong = [-1, 0.5, Number.NaN].map((generation, number) => member(number, { generation, value: 1 }))
    const failed = trialWith({ number: 3, state: 'fail', systemAttributes: { g: 0 } })
    generations.follow([...wrong, failed, member(4, { generation: 0, value: 1 })])
    expect(generations.current()).toBe(0)
  })
})

const both: readonly Direction[] = ['minimize', 'maximize']
const withValues = (values: number[], number: number, constraints?: number[]) => ({
  ...trialWith({ number, systemAttributes: constraints === undefined ? {} : { constraints } }),
  values,
})

describe('several objectives', () => {
  test('the front holds what nothing dominates, equal ones included, infeasible and unfinished ones left out', () => {
    const trials = [
      withValues([1, 1], 0),
      withValues([2, 5], 1),
      withValues([2, 4], 2),
      withValues([1, 1], 3),
      withValues([0, 9], 4, [0, 0.1]),
      { ...withValues([0, 9], 5), state: 'pruned' as const },
      withValues([3, 6], 6, [-1, 0]),
      withValues([Number.NaN, 99], 7),
    ]
    expect(paretoFront(trials, both).map(({ number }) => number)).toEqual([0, 1, 3, 6, 7])
    expect(paretoFront([], both)).toEqual([])
  })

  test('ranks peel off front after front; crowding is infinite at the ends and wide where points are few', () => {
    const points = [
      [0, 3],
      [1, 2],
      [3, 0],
      [1, 3],
      [3, 3],
    ]
    expect(frontRanks(points)).toEqual([0, 0, 0, 1, 2])
    const line = [0, 0.1, 0.2, 1].map((x) => [x, 1 - x])
    const [first, second, third, last] = crowdingDistances(line)
    expect([first, last]).toEqual([Infinity, Infinity])
    expect(second).toBeCloseTo(0.4, 12)
    expect(third).toBeCloseTo(1.8, 12)
  })

  test('the best fronts are whole ones, then those of the next that cover most, then infeasible ones', () => {
    const trials = [
      withValues([0, 0], 0),
      withValues([1, 10], 1),
      withValues([10, 1], 2),
      withValues([9.5, 1.4], 3),
      withValues([-5, -5], 4, [3]),
      withValues([-5, -5], 5, [2]),
    ]
    const directions: Direction[] = ['minimize', 'minimize']
    expect(bestFronts(trials, { directions, count: 1 })).toEqual(new Set([0]))
    expect(bestFronts(trials, { directions, count: 3 })).toEqual(new Set([0, 1, 3]))
    expect(bestFronts(trials, { directions, count: 5 })).toEqual(new Set([0, 1, 2, 3, 5]))
  })

  test('NSGA-II covers more than random search: mean hypervolume over 5 seeds, 150 trials', async () => {
    const cover = async (create: (seed: number) => Sampler) => {
      let sum = 0
      for (let seed = 0; seed < 5; seed++) {
        const space = Object.fromEntries(
          Array.from({ length: 5 }, (_, k) => [`x${k}`, { type: 'float', low: 0, high: 1 }] as const),
        )
        const directions = ['minimize', 'minimize'] as const
        const study = await createStudy({ name: 's', directions, space, sampler: create(seed) })
        for (let count = 0; count < 150; count++) {
          const { number, params } = await study.ask()
          const [first, ...rest] = Object.values(params as Record<string, number>)
          const g = 1 + (9 * rest.reduce((total, x) => total + x, 0)) / rest.length
          await study.tell(number, { state: 'complete', value: [first, g * (1 - Math.sqrt(first / g))] })
        }
        const points = study.bestTrials.map(({ values }) => values as number[])
        sum += hypervolume(points, { reference: [1.1, 11], directions })
      }
      return sum / 5
    }
    const genetic = await cover((seed) => nsga2Sampler({ seed, populationSize: 20 }))
    expect(genetic).toBeGreaterThan((await cover((seed) => randomSampler({ seed }))) + 0.3)
  })

  test('NSGA-II learns to keep a constraint: of the last 40 of 120 trials more do than at random', async () => {
    const study = await createStudy({
      name: 's',
      directions: both,
      space: numeric,
      sampler: nsga2Sampler({ populationSize: 20 }),
    })
    for (let count = 0; count < 120; count++) {
      const { number, params } = await study.ask()
      await study.tell(number, {
        state: 'complete',
        value: [params.x, params.y],
        constraints: [params.x - params.y + 2],
      })
    }
    const kept = study.trials.slice(-40).filter(({ params }) => Number(params['x']) + 2 <= Number(params['y'])).length
    expect(kept).toBeGreaterThan(14) // 9 of 40 at random
  })

  test('options out of range are named', () => {
    expect(() => nsga2Sampler({ populationSize: 1 })).toThrow('nsga2Sampler: expected populationSize >= 2, got 1')
    const options = { crossoverProbability: 1.5 }
    expect(() => nsga2Sampler(options)).toThrow('nsga2Sampler: expected crossoverProbability in [0, 1], got 1.5')
  })
})
