import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import fixture from '../fixtures/metrics.json' with { type: 'json' }
import { averageRanks, bootstrapInterval, kendall, pearson, spearman, type PairedValues } from './index.ts'

const CORRELATIONS = [pearson, spearman, kendall]
const number = fc.double({ min: -100, max: 100, noNaN: true }).map((value) => Math.round(value * 10) / 10)
const pairedValues = fc
  .array(fc.tuple(number, number), { minLength: 3, maxLength: 25 })
  .map((pairs) => ({ x: pairs.map(([x]) => x), y: pairs.map(([, y]) => y) }))

describe('correlations', () => {
  test('have the values worked out by hand', () => {
    const pairs = { x: [1, 2, 3, 4], y: [1, 3, 2, 4] }
    expect(pearson(pairs)).toBeCloseTo(0.8, 14)
    expect(spearman(pairs)).toBeCloseTo(0.8, 14) // 1 - 6 * 2 / 60
    expect(kendall(pairs)).toBeCloseTo(4 / 6, 14) // five of six pairs agree
    // Ties in y: three pairs are untied in both and agree, x has 3 untied of 3, y 2 of 3.
    expect(kendall({ x: [1, 2, 3], y: [1, 1, 2] })).toBeCloseTo(2 / Math.sqrt(6), 14)
  })

  test.each(fixture.pairs)('agree with scipy.stats: $name', ({ x, y, ...expected }) => {
    // An offset of 1e8 leaves eight digits of the values themselves.
    expect(pearson({ x, y })).toBeCloseTo(expected.pearson, 9)
    expect(spearman({ x, y })).toBeCloseTo(expected.spearman, 12)
    expect(kendall({ x, y })).toBeCloseTo(expected.kendall, 12)
  })

  test('are symmetric and lie in [-1, 1], or are NaN together', () => {
    fc.assert(
      fc.property(pairedValues, ({ x, y }) => {
        const values = CORRELATIONS.map((correlation) => correlation({ x, y }))
        const constant = new Set(x).size === 1 || new Set(y).size === 1
        for (const [k, value] of values.entries()) {
          expect(Number.isNaN(value)).toBe(constant)
          expect(CORRELATIONS[k]({ x: y, y: x })).toEqual(value)
          if (!constant) expect(Math.abs(value)).toBeLessThanOrEqual(1)
        }
      }),
    )
  })

  test('of ranks are unchanged by an increasing transform and change sign with a decreasing one', () => {
    fc.assert(
      fc.property(pairedValues, ({ x, y }) => {
        const rising = y.map((value) => Math.exp(value / 50))
        const falling = y.map((value) => -value)
        for (const correlation of [spearman, kendall]) {
          expect(correlation({ x, y: rising })).toEqual(correlation({ x, y }))
          const value = correlation({ x, y })
          if (!Number.isNaN(value)) expect(correlation({ x, y: falling })).toBeCloseTo(-value, 12)
        }
      }),
    )
  })

  test('are exactly 1 of a list with itself, also where squares leave the range of doubles', () => {
    const increasing = fc.uniqueArray(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 3 })
    fc.assert(
      fc.property(increasing, (x) => {
        for (const correlation of [spearman, kendall]) expect(correlation({ x, y: x })).toBe(1)
      }),
    )
    expect(pearson({ x: [1, 2, 4], y: [1, 2, 4] })).toBe(1)
    expect(pearson({ x: [1e-120, 2e-120, 3e-120], y: [1e-120, 2e-120, 3e-120] })).toBeCloseTo(1, 12)
  })

  test('are exactly NaN for a constant list whose mean is rounded, and for NaN', () => {
    for (const correlation of CORRELATIONS) {
      expect(correlation({ x: [0.1, 0.1, 0.1], y: [1, 2, 3] })).toBeNaN()
      expect(correlation({ x: [1, NaN, 3], y: [1, 2, 3] })).toBeNaN()
    }
  })

  test('refuse fewer than three pairs and lists of unequal length', () => {
    for (const correlation of CORRELATIONS) {
      expect(() => correlation({ x: [1, 2], y: [1, 2] })).toThrow(
        new RangeError(`${correlation.name}: expected at least 3 pairs, got 2`),
      )
      expect(() => correlation({ x: [1, 2, 3], y: [1, 2] })).toThrow(
        new RangeError(`${correlation.name}: expected lists of equal length, got 3 (x) and 2 (y)`),
      )
    }
  })
})

test('averageRanks shares ranks among ties and ranks infinite values', () => {
  expect([...averageRanks([10, 30, 10, 20])]).toEqual([1.5, 4, 1.5, 3])
  expect([...averageRanks([Infinity, -Infinity, Infinity])]).toEqual([2.5, 1, 2.5])
})

describe('bootstrapInterval', () => {
  const linear: PairedValues = fixture.pairs[0]

  test('holds the estimate, narrows with the level and repeats with the seed', () => {
    const wide = bootstrapInterval(linear, { statistic: 'pearson', seed: 7 })
    const narrow = bootstrapInterval(linear, { statistic: 'pearson', seed: 7, level: 0.5 })
    expect(wide.estimate).toBe(pearson(linear))
    expect(wide.low).toBeLessThan(narrow.low)
    expect(narrow.low).toBeLessThan(wide.estimate)
    expect(wide.estimate).toBeLessThan(narrow.high)
    expect(narrow.high).toBeLessThan(wide.high)
    expect(bootstrapInterval(linear, { statistic: 'pearson', seed: 7 })).toEqual(wide)
    expect(bootstrapInterval(linear, { statistic: 'pearson', seed: 8 })).not.toEqual(wide)
  })

  test('has about the standard error that theory gives for the mean', () => {
    const x = Array.from({ length: 50 }, (_, i) => i)
    const statistic = (pairs: PairedValues) => Array.from(pairs.x).reduce((sum, value) => sum + value, 0) / 50
    const { low, high } = bootstrapInterval({ x, y: x }, { statistic, seed: 1, resamples: 4000 })
    const standardError = Math.sqrt((50 ** 2 - 1) / 12 / 50)
    expect((high - low) / (2 * 1.96 * standardError)).toBeCloseTo(1, 1)
  })

  test('draws pairs together: perfect correlation has no width', () => {
    const pairs = { x: [1, 2, 3, 4, 5], y: [2, 4, 6, 8, 10] }
    const interval = bootstrapInterval(pairs, { statistic: 'kendall', seed: 3, resamples: 200 })
    expect(interval.low).toBeCloseTo(1, 12)
    expect(interval.high).toBeCloseTo(1, 12)
  })

  test('counts degenerate resamples: one in nine of three pairs', () => {
    const { degenerate } = bootstrapInterval({ x: [1, 2, 3], y: [3, 1, 2] }, { statistic: 'spearman', seed: 5 })
    expect(degenerate / 2000).toBeGreaterThan(0.085)
    expect(degenerate / 2000).toBeLessThan(0.14)
  })

  test('is NaN throughout for a constant list', () => {
    const interval = bootstrapInterval({ x: [1, 1, 1], y: [1, 2, 3] }, { statistic: 'pearson', seed: 1, resamples: 50 })
    expect(interval).toEqual({ estimate: NaN, low: NaN, high: NaN, degenerate: 50 })
  })

  test('refuses too few pairs, no resamples and an impossible level', () => {
    const options = { statistic: 'pearson', seed: 1 } as const
    expect(() => bootstrapInterval({ x: [1], y: [1] }, options)).toThrow(
      'bootstrapInterval: expected at least 3 pairs, got 1',
    )
    expect(() => bootstrapInterval(linear, { ...options, resamples: 0 })).toThrow(
      'bootstrapInterval: expected at least 1 resample, got 0',
    )
    expect(() => bootstrapInterval(linear, { ...options, level: 95 })).toThrow(
      'bootstrapInterval: expected a level between 0 and 1, got 95',
    )
  })
})
