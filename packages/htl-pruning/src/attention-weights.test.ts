import { createRng } from '@leanvox/random'
import { chiSquareTest } from '@leanvox/metrics'
import { patchSampler, type PreparedCase } from '@leanvox/training'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { attentionWeights } from './index.ts'

test('w = 1 + strength d / mean(d) within the set, 1 outside, by hand', () => {
  expect(attentionWeights([0.2, 0.6, 5], { set: [0, 1] })).toEqual([1.5, 2.5, 1])
  expect(attentionWeights([0.2, 0.6, 5], { set: [1], strength: 3 })).toEqual([1, 4, 1])
})

test('scores below 0 count as 0, and a set of zeros weighs 1 + strength throughout', () => {
  expect(attentionWeights([-3, 1], { set: [0, 1] })).toEqual([1, 3])
  expect(attentionWeights([0, 0, 1], { set: [0, 1], strength: 0.5 })).toEqual([1.5, 1.5, 1])
})

test('the mean weight of the set is 1 + strength, whatever the scores', () => {
  const scores = fc.array(fc.double({ min: 0, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(scores, fc.double({ min: 0, max: 10, noNaN: true }), (values, strength) => {
      const set = values.map((_, i) => i)
      const weights = attentionWeights(values, { set, strength })
      const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length
      expect(mean).toBeCloseTo(1 + strength, 6)
      expect(Math.min(...weights)).toBeGreaterThanOrEqual(1)
    }),
  )
})

test('refuses a negative strength and members without a score', () => {
  expect(() => attentionWeights([1], { set: [0], strength: -1 })).toThrow(
    new RangeError('attentionWeights: expected a strength of at least 0, got -1'),
  )
  expect(() => attentionWeights([1, NaN], { set: [1] })).toThrow('expected a score for case 1, got NaN')
  expect(() => attentionWeights([1], { set: [4] })).toThrow('expected a score for case 4, got undefined')
})

describe('as draw weights', () => {
  const cases = Array.from({ length: 6 }, (_, i): PreparedCase => ({
    id: `case ${i}`,
    image: Float32Array.of(i),
    label: Uint8Array.of(0),
    shape: [1, 1, 1],
    channels: 1,
    spacing: [1, 1, 1],
    affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
  }))
  const drawWeights = attentionWeights([0.1, 0.5, 0, 0.3, 0, 0], { set: [1, 3], strength: 2 })

  /** How often each case is drawn over many epochs. */
  function counts(): number[] {
    const sampler = patchSampler({
      cases,
      patchSize: [1, 1, 1],
      rng: createRng(11),
      batchSize: 6,
      foregroundFraction: 0,
    })
    const drawn = new Array<number>(6).fill(0)
    for (let epoch = 0; epoch < 1000; epoch++) {
      for (const index of sampler.batch(epoch, 0, { drawWeights }).cases) drawn[index]++
    }
    return drawn
  }

  test('they make cases come up in their proportion (chi-square)', () => {
    const total = drawWeights.reduce((sum, weight) => sum + weight, 0)
    const drawn = counts()
    const expected = drawWeights.map((weight) => (6000 * weight) / total)
    const statistic = drawn.reduce((sum, count, i) => sum + (count - expected[i]) ** 2 / expected[i], 0)
    expect(statistic).toBeLessThan(20.515) // chi-square of 5 degrees of freedom, p = 0.001
    // and not evenly
    expect(chiSquareTest([drawn, new Array<number>(6).fill(1000)]).p).toBeLessThan(1e-6)
  })
})
