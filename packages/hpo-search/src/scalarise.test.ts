import { createRng } from '@leanvox/random'
import { expect, test } from 'vitest'
import { createStudy, gpSampler, hypervolume, randomSampler, runStudy, type Sampler } from './index.ts'
import { drawWeights, tchebycheffScores } from './scalarise.ts'

const directions = ['minimize', 'maximize'] as const

test('is minus the largest weighted loss, and a twentieth of their sum', () => {
  // Losses: 0, 0.5, 1 of the first objective; 1, 0.25, 0 of the second (40 is best, 0 worst).
  const values = [
    [1, 0],
    [2, 30],
    [3, 40],
  ]
  const scores = tchebycheffScores(values, { directions, weights: [0.2, 0.8] })
  expect(scores[0]).toBeCloseTo(-(0.8 + 0.05 * 0.8), 12)
  expect(scores[1]).toBeCloseTo(-(0.2 + 0.05 * 0.3), 12)
  expect(scores[2]).toBeCloseTo(-(0.2 + 0.05 * 0.2), 12)
})

test('a dominated trial scores lower than the one that dominates it, whatever the weights', () => {
  const values = [
    [0, 9],
    [1, 9],
    [1, 8],
    [5, 0],
  ]
  for (let seed = 0; seed < 50; seed++) {
    const scores = tchebycheffScores(values, { directions, weights: drawWeights(2, createRng(seed)) })
    expect(scores[0]).toBeGreaterThan(scores[1])
    expect(scores[1]).toBeGreaterThan(scores[2])
    expect(scores[2]).toBeGreaterThan(scores[3])
  }
})

test('infinite values count as the ends, NaN as the worst, equal ones as nothing', () => {
  const rows = (first: readonly number[]) => first.map((value) => [value, 7])
  const scores = tchebycheffScores(rows([1, 2, Infinity, -Infinity, Number.NaN]), { directions, weights: [1, 0] })
  expect(scores.map((score) => Number((score + 0).toFixed(12)))).toEqual(
    [-0, -1.05, -1.05, -0, -1.05].map((x) => x + 0),
  )
  expect(tchebycheffScores(rows([Infinity, -Infinity]), { directions, weights: [1, 0] })[0]).toBe(-1.05)
})

test('weights are evenly spread over the simplex', () => {
  const drawn = Array.from({ length: 2000 }, (_, seed) => drawWeights(3, createRng(seed)))
  for (const weights of drawn) expect(weights.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 12)
  // On the 2-simplex each weight has mean 1/3 and exceeds 1/2 with chance 1/4.
  for (const axis of [0, 1, 2]) {
    expect(drawn.reduce((sum, weights) => sum + weights[axis], 0) / 2000).toBeCloseTo(1 / 3, 1.5)
    expect(drawn.filter((weights) => weights[axis] > 0.5).length / 2000).toBeCloseTo(0.25, 1.2)
  }
})

test('the Gaussian process finds a better front than random settings, on a concave one too', async () => {
  // Fonseca and Fleming's function: the front is concave, x_i = a for a in [-1/sqrt(2), 1/sqrt(2)].
  const fonseca = (x: readonly number[]) =>
    [-1, 1].map((sign) => 1 - Math.exp(-x.reduce((sum, each) => sum + (each + sign / Math.SQRT2) ** 2, 0)))
  const frontOf = async (sampler: Sampler) => {
    const axis = { type: 'float', low: -4, high: 4 } as const
    const study = await createStudy({
      name: 'f',
      directions: ['minimize', 'minimize'],
      space: { a: axis, b: axis },
      sampler,
    })
    await runStudy(study, { trials: 40, objective: ({ params: { a, b } }) => fonseca([a, b]) })
    return study.bestTrials.map(({ values }) => values as readonly number[])
  }
  const seeds = [1, 2, 3, 4]
  const meanVolume = (fronts: readonly (readonly (readonly number[])[])[]) => {
    const options = { reference: [1, 1], directions: ['minimize', 'minimize'] as const }
    return fronts.reduce((sum, front) => sum + hypervolume(front, options), 0) / fronts.length
  }
  const ours = await Promise.all(seeds.map((seed) => frontOf(gpSampler({ seed }))))
  const random = await Promise.all(seeds.map((seed) => frontOf(randomSampler({ seed }))))
  expect(meanVolume(ours)).toBeGreaterThan(meanVolume(random) + 0.1)
  // All along the front, not at its ends only.
  const inside = ours.map((front) => front.filter(([first]) => first > 0.2 && first < 0.8).length)
  expect(Math.min(...inside)).toBeGreaterThan(0)
})
