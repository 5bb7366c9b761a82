import { expect, test } from 'vitest'
import { rankingStability } from './index.ts'

const good = [0.9, 0.91, 0.92, 0.9, 0.93]
const fair = [0.8, 0.81, 0.82, 0.8, 0.83]
const poor = [0.7, 0.71, 0.72, 0.7, 0.73]

test('a ranking that every case agrees with is certain', () => {
  const { methods, meanTau } = rankingStability({ poor, good, fair }, { better: 'higher', seed: 1, resamples: 200 })
  expect(methods.map(({ method, rank, first }) => [method, rank, first])).toEqual([
    ['good', 1, 1],
    ['fair', 2, 0],
    ['poor', 3, 0],
  ])
  expect(methods[1]).toMatchObject({ meanRank: 2, low: 2, high: 2 })
  expect(meanTau).toBe(1)
  const lower = rankingStability({ poor, good, fair }, { better: 'lower', seed: 1, resamples: 50 })
  expect(lower.methods[0].method).toBe('poor')
})

test('one case that decides makes the ranking uncertain', () => {
  // Better in four cases of five, worse by more than all of that in the fifth: which is drawn with 1 - 0.8^5 = 0.67.
  const steady = [0.5, 0.5, 0.5, 0.5, 0.5]
  const brittle = [0.51, 0.51, 0.51, 0.51, 0]
  const { methods, meanTau } = rankingStability({ brittle, steady }, { better: 'higher', seed: 3 })
  expect(methods[0]).toMatchObject({ method: 'steady', rank: 1, low: 1, high: 2 })
  expect(Math.abs(methods[0].first - 0.67)).toBeLessThan(0.04)
  expect(methods[0].meanRank + methods[1].meanRank).toBeCloseTo(3, 12)
  expect(meanTau).toBe(NaN)
  const byCase = rankingStability({ brittle, steady }, { better: 'higher', scheme: 'rank-then-mean', seed: 3 })
  expect(byCase.methods[0].method).toBe('brittle')
})

test('equal methods share their rank, and the same seed gives the same answer', () => {
  const options = { better: 'higher', seed: 'x', resamples: 100 } as const
  const tied = rankingStability({ a: good, b: [...good], c: poor }, options)
  expect(tied.methods.map(({ rank }) => rank)).toEqual([1.5, 1.5, 3])
  expect(tied.methods[0].first).toBe(1)
  const noisy = { a: [0.1, 0.9, 0.4], b: [0.5, 0.3, 0.6], c: [0.7, 0.2, 0.45] }
  expect(rankingStability(noisy, options)).toEqual(rankingStability(noisy, options))
})

test('scores that cannot be ranked are named', () => {
  const options = { better: 'higher', seed: 1 } as const
  expect(() => rankingStability({ good }, options)).toThrow(
    new RangeError('rankingStability: expected at least 2 methods, got 1'),
  )
  expect(() => rankingStability({ good, fair: [1] }, options)).toThrow(
    new RangeError('rankingStability: expected 5 scores for fair, got 1'),
  )
  expect(() => rankingStability({ good, fair: [1, 2, NaN, 1, 1] }, options)).toThrow(
    new RangeError('rankingStability: expected finite scores, got NaN of fair at 2'),
  )
  expect(() => rankingStability({ a: [1], b: [1] }, options)).toThrow(
    new RangeError('rankingStability: expected at least 2 cases, got 1'),
  )
})
