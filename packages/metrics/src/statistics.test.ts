import { createRng } from '@leanvox/random'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import fixture from '../fixtures/statistics.json' with { type: 'json' }
import {
  chiSquareUpper,
  normalReach,
  normalTwoSided,
  normalUpper,
  studentReach,
  studentTwoSided,
} from './distributions.ts'
import {
  bootstrapMean,
  bootstrapRatio,
  chiSquareTest,
  fisherExact,
  holm,
  pairedDifferences,
  pairedTTest,
  wilcoxonSignedRank,
} from './index.ts'
import { betaRegularised, gammaUpper, logGamma } from './special-functions.ts'

/** 0 for equal numbers, 0 included. */
function relativeError(value: number, expected: number): number {
  return value === expected ? 0 : Math.abs(value - expected) / Math.abs(expected)
}

/** Equal up to 1e-11 of the value: upper tails keep their digits however small they are. */
function expectNear(value: number, expected: number, share = 1e-11): void {
  expect(relativeError(value, expected)).toBeLessThanOrEqual(share)
}

describe('distributions', () => {
  test('agree with scipy to 1e-11 of the value, also far out', () => {
    const { gammaQ, betaI, normal, chiSquare, student } = fixture.distributions
    for (const [a, x, q] of gammaQ) expectNear(gammaUpper(a, x), q)
    for (const [a, b, x, i] of betaI) expectNear(betaRegularised(x, { a, b }), i)
    for (const [z, tail] of normal) expectNear(normalUpper(z), tail)
    for (const [x, k, tail] of chiSquare) expectNear(chiSquareUpper(x, k), tail)
    for (const [t, k, tails] of student) expectNear(studentTwoSided(t, k), tails)
    for (const [p, z] of fixture.distributions.normalQuantile) {
      if (p > 0.5) expectNear(normalReach(2 * p - 1), z, 1e-6)
    }
  })

  test('logGamma is the logarithm of a factorial, and of the root of pi at a half', () => {
    expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 12)
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 14)
    expect(logGamma(0.25) + logGamma(0.75)).toBeCloseTo(Math.log(Math.PI * Math.SQRT2), 13)
  })

  test('reaches invert the tails', () => {
    expect(normalReach(0.95)).toBeCloseTo(1.959963984540054, 12)
    expect(studentReach(0.95, 1)).toBeCloseTo(12.706204736432095, 9)
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), fc.integer({ min: 1, max: 300 }), (level, k) => {
        expect(normalTwoSided(normalReach(level))).toBeCloseTo(1 - level, 12)
        expect(studentTwoSided(studentReach(level, k), k)).toBeCloseTo(1 - level, 12)
      }),
    )
  })

  test('an infinite statistic leaves nothing beyond it', () => {
    expect([studentTwoSided(-Infinity, 3), chiSquareUpper(Infinity, 2), studentTwoSided(NaN, 3)]).toEqual([0, 0, NaN])
  })
})

describe('chiSquareTest', () => {
  test.each(fixture.chiSquare)('agrees with scipy: $table, yates $yates', ({ table, yates, ...expected }) => {
    const result = chiSquareTest(table, { yates })
    expect(result.statistic).toBeCloseTo(expected.statistic, 10)
    expect(result.degreesOfFreedom).toBe(expected.degreesOfFreedom)
    expectNear(result.p, expected.p)
    expect(result.expected).toEqual(expected.expected.map((row) => row.map((value) => expect.closeTo(value, 10))))
    expect(result.smallestExpected).toBe(Math.min(...result.expected.flat()))
  })

  test('a table in proportion has statistic 0 and p 1', () => {
    expect(
      chiSquareTest([
        [1, 2, 3],
        [10, 20, 30],
      ]),
    ).toMatchObject({ statistic: 0, degreesOfFreedom: 2, p: 1 })
  })

  test.each([
    ['chiSquareTest: expected at least 2 rows and 2 columns, got 1 x 2', [[1, 2]], false],
    [
      'chiSquareTest: expected rows of equal length, got 2 (row 0) and 3 (row 1)',
      [
        [1, 2],
        [1, 2, 3],
      ],
      false,
    ],
    [
      'chiSquareTest: expected whole counts >= 0, got 1.5',
      [
        [1, 1.5],
        [1, 2],
      ],
      false,
    ],
    [
      'chiSquareTest: expected a count in every row, got none in row 1',
      [
        [1, 2],
        [0, 0],
      ],
      false,
    ],
    [
      'chiSquareTest: expected a count in every column, got none in column 0',
      [
        [0, 2],
        [0, 3],
      ],
      false,
    ],
    [
      'chiSquareTest: expected a 2 x 2 table for Yates, got 2 x 3',
      [
        [1, 2, 3],
        [3, 2, 1],
      ],
      true,
    ],
  ])('%s', (message, table, yates) => {
    expect(() => chiSquareTest(table, { yates })).toThrow(new RangeError(message))
  })
})

describe('fisherExact', () => {
  test.each(fixture.fisher)('agrees with scipy: $table', ({ table, oddsRatio, twoSided, greater, less }) => {
    expect(fisherExact(table).oddsRatio).toBeCloseTo(Number(oddsRatio === 'inf' ? Infinity : oddsRatio), 12)
    expectNear(fisherExact(table).p, twoSided, 1e-10)
    expectNear(fisherExact(table, { alternative: 'greater' }).p, greater, 1e-10)
    expectNear(fisherExact(table, { alternative: 'less' }).p, less, 1e-10)
  })

  test("gives the lady tasting tea's 17/35", () => {
    expect(
      fisherExact([
        [3, 1],
        [1, 3],
      ]).p,
    ).toBeCloseTo(17 / 35, 12)
  })

  test('does not change when the table is turned over', () => {
    const count = fc.integer({ min: 1, max: 30 })
    fc.assert(
      fc.property(fc.tuple(count, count, count, count), ([a, b, c, d]) => {
        const { p } = fisherExact([
          [a, b],
          [c, d],
        ])
        expect(
          fisherExact([
            [a, c],
            [b, d],
          ]).p,
        ).toBeCloseTo(p, 9)
        expect(
          fisherExact([
            [d, c],
            [b, a],
          ]).p,
        ).toBeCloseTo(p, 9)
        expect(p).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('refuses a larger table', () => {
    expect(() =>
      fisherExact([
        [1, 2, 3],
        [1, 2, 3],
      ]),
    ).toThrow('fisherExact: expected a 2 x 2 table, got 2 x 3')
  })
})

describe('holm', () => {
  test.each(fixture.holm)('is the closed test of Bonferroni: $p', ({ p, adjusted }) => {
    holm(p).forEach((value, i) => expect(value).toBeCloseTo(adjusted[i], 12))
  })

  test('is at least the p-value, at most Bonferroni and keeps the order', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (p) => {
        const adjusted = holm(p)
        adjusted.forEach((value, i) => {
          expect(value).toBeGreaterThanOrEqual(p[i])
          expect(value).toBeLessThanOrEqual(Math.min(1, p.length * p[i]))
          p.forEach((other, j) => {
            if (other <= p[i]) expect(adjusted[j]).toBeLessThanOrEqual(value)
          })
        })
      }),
    )
    expect(holm([])).toEqual([])
  })

  test('names a value that is no p-value', () => {
    expect(() => holm([0.1, NaN])).toThrow(new RangeError('holm: expected p-values between 0 and 1, got NaN at 1'))
  })
})

describe('wilcoxonSignedRank', () => {
  test.each(fixture.wilcoxon)('agrees with scipy: $name, $method', ({ x, y, method, ...expected }) => {
    const how = method === 'exact' ? 'auto' : 'normal'
    const result = wilcoxonSignedRank({ x, y }, { method: how })
    expect(result.rankSumPositive).toBe(expected.rankSumPositive)
    expect(result.method).toBe(method === 'exact' ? 'exact' : 'normal')
    expectNear(result.p, expected.twoSided)
    expectNear(wilcoxonSignedRank({ x, y }, { method: how, alternative: 'greater' }).p, expected.greater)
    expectNear(wilcoxonSignedRank({ x, y }, { method: how, alternative: 'less' }).p, expected.less)
  })

  test('of three rises is 2 / 2^3, the smallest p that three pairs can give', () => {
    expect(wilcoxonSignedRank({ x: [0.9, 0.8, 0.7], y: [0.8, 0.6, 0.4] })).toEqual({
      ...{ rankSumPositive: 6, rankSumNegative: 0, p: 0.25, method: 'exact', used: 3, zeros: 0 },
    })
  })

  test('drops zeros and counts them; without any difference p is 1', () => {
    expect(wilcoxonSignedRank({ x: [1, 2, 5], y: [1, 4, 1] })).toMatchObject({ used: 2, zeros: 1, rankSumPositive: 2 })
    expect(wilcoxonSignedRank({ x: [1, 2], y: [1, 2] })).toMatchObject({ used: 0, zeros: 2, p: 1 })
  })

  test('is exact with ties: of three equal rises p is 2 / 2^3, of two against a larger fall 1', () => {
    expect(wilcoxonSignedRank({ x: [1, 2, 3], y: [0, 1, 2] })).toMatchObject({ p: 0.25, method: 'exact' })
    // Ranks 1.5, 1.5 and 3: W is 3 or less in 5 of 8 and 3 or more in 5 of 8.
    expect(wilcoxonSignedRank({ x: [1, 2, 0], y: [0, 1, 2] })).toMatchObject({ p: 1, rankSumPositive: 3 })
  })

  test('takes the normal approximation above 50 pairs', () => {
    const x = Array.from({ length: 51 }, (_, i) => i + 1)
    expect(wilcoxonSignedRank({ x, y: x.map(() => 0) }).method).toBe('normal')
    expect(wilcoxonSignedRank({ x: x.slice(1), y: x.slice(1).map(() => 0) }).method).toBe('exact')
  })

  test('does not care which list comes first', () => {
    const list = fc.array(fc.tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: -20, max: 20 })), {
      minLength: 1,
    })
    fc.assert(
      fc.property(list, (pairs) => {
        const [x, y] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)]
        expect(wilcoxonSignedRank({ x, y }).p).toBeCloseTo(wilcoxonSignedRank({ x: y, y: x }).p, 12)
      }),
    )
  })
})

describe('pairedTTest', () => {
  test.each(fixture.pairedT)('agrees with scipy', ({ x, y, ...expected }) => {
    const result = pairedTTest({ x, y })
    for (const key of ['t', 'p', 'low', 'high'] as const) expectNear(result[key], expected[key], 1e-9)
    expect(result.degreesOfFreedom).toBe(expected.degreesOfFreedom)
  })

  test('is certain of a constant difference and silent about none', () => {
    expect(pairedTTest({ x: [1, 2, 3], y: [0.5, 1.5, 2.5] })).toMatchObject({ t: Infinity, p: 0, low: 0.5, high: 0.5 })
    expect(pairedTTest({ x: [1, 2], y: [1, 2] })).toMatchObject({ t: NaN, p: NaN, meanDifference: 0 })
  })

  test('refuses one pair, unequal lists, undefined scores and an odd level', () => {
    expect(() => pairedTTest({ x: [1], y: [2] })).toThrow('pairedTTest: expected at least 2 pairs, got 1')
    expect(() => wilcoxonSignedRank({ x: [], y: [] })).toThrow('wilcoxonSignedRank: expected at least 1 pairs, got 0')
    expect(() => pairedDifferences({ x: [1, 2], y: [2] })).toThrow(
      'pairedDifferences: expected lists of equal length, got 2 (x) and 1 (y)',
    )
    expect(() => pairedTTest({ x: [1, NaN], y: [2, 1] })).toThrow(
      'pairedTTest: expected finite values, got NaN and 1 at pair 1',
    )
    expect(() => pairedTTest({ x: [1, 2], y: [2, 1] }, { level: 1 })).toThrow(
      'pairedTTest: expected a level between 0 and 1, got 1',
    )
  })
})

describe('bootstrapMean', () => {
  test('of many normal numbers is near mean ± 1.96 standard errors', () => {
    const rng = createRng(3)
    const values = Array.from({ length: 400 }, () => 5 + 2 * rng.normal())
    const { estimate, low, high, degenerate } = bootstrapMean(values, { seed: 1 })
    expect(estimate).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / 400, 12)
    expect(Math.abs((high - low) / (2 * 1.96 * 0.1) - 1)).toBeLessThan(0.1)
    expect(low < estimate && estimate < high && degenerate === 0).toBe(true)
  })

  test('covers the mean in about 95 of 100 samples', () => {
    const rng = createRng(8)
    const covered = Array.from({ length: 200 }, (_, seed) => {
      const { low, high } = bootstrapMean(Array.from({ length: 40 }, rng.normal), { seed, resamples: 300 })
      return low <= 0 && 0 <= high
    })
    expect(Math.abs(covered.filter(Boolean).length - 188)).toBeLessThan(10)
  })

  test('of equal values is a point, and the seed decides', () => {
    expect(bootstrapMean([2, 2, 2], { seed: 1 })).toEqual({ estimate: 2, low: 2, high: 2, degenerate: 0 })
    const values = [1, 5, 2, 9, 4]
    expect(bootstrapMean(values, { seed: 1 })).toEqual(bootstrapMean(values, { seed: 1 }))
    expect(bootstrapMean(values, { seed: 1, resamples: 50 })).not.toEqual(
      bootstrapMean(values, { seed: 2, resamples: 50 }),
    )
  })

  test('refuses a single value and undefined ones', () => {
    expect(() => bootstrapMean([1], { seed: 1 })).toThrow('bootstrapMean: expected at least 2 values, got 1')
    expect(() => bootstrapMean([1, NaN], { seed: 1 })).toThrow('bootstrapMean: expected finite values, got NaN at 1')
    expect(() => bootstrapMean([1, 2], { seed: 1, resamples: 0 })).toThrow(
      'bootstrapMean: expected at least 1 resample',
    )
  })
})

describe('bootstrapRatio', () => {
  const halves = { group: { count: 60, total: 300 }, rest: { count: 240, total: 2400 } }

  test('has the interval of the delta method where counts are large', () => {
    const { estimate, low, high } = bootstrapRatio(halves, { seed: 1 })
    // log ratio has variance 1/60 - 1/300 + 1/240 - 1/2400.
    const reach = 1.96 * Math.sqrt(1 / 60 - 1 / 300 + 1 / 240 - 1 / 2400)
    expect(estimate).toBe(2)
    expect(Math.abs(low - 2 * Math.exp(-reach))).toBeLessThan(0.06)
    expect(Math.abs(high - 2 * Math.exp(reach))).toBeLessThan(0.06)
  })

  test('is the ratio of two bootstrapped shares: the draws are binomial', () => {
    // Resampling members one by one, written out.
    const rng = createRng(5)
    const draw = (count: number, total: number) =>
      Array.from({ length: total }, () => (rng.integer(total) < count ? 1 : 0)).reduce<number>(
        (sum, one) => sum + one,
        0,
      )
    const ratios = Array.from({ length: 4000 }, () => draw(6, 20) / 20 / (draw(12, 60) / 60)).sort((a, b) => a - b)
    const small = { group: { count: 6, total: 20 }, rest: { count: 12, total: 60 } }
    const { low, high } = bootstrapRatio(small, { seed: 2, resamples: 4000 })
    expect(Math.abs(low - ratios[100])).toBeLessThan(0.08)
    expect(Math.abs(high - ratios[3899])).toBeLessThan(0.25)
  })

  test('is 0 without any in the group, infinite without any in the rest, and counts what is undefined', () => {
    const none = { count: 0, total: 10 }
    const some = { count: 3, total: 10 }
    expect(bootstrapRatio({ group: none, rest: some }, { seed: 1 })).toMatchObject({ estimate: 0, low: 0, high: 0 })
    expect(bootstrapRatio({ group: some, rest: none }, { seed: 1 }).estimate).toBe(Infinity)
    const undefinedBoth = bootstrapRatio({ group: none, rest: none }, { seed: 1, resamples: 10 })
    expect(undefinedBoth).toEqual({ estimate: NaN, low: NaN, high: NaN, degenerate: 10 })
  })

  test.each([
    ['bootstrapRatio: expected group of at least 1, got a total of 0', { count: 0, total: 0 }],
    ['bootstrapRatio: expected a count of group from 0 to 4, got 5', { count: 5, total: 4 }],
  ])('%s', (message, group) => {
    expect(() => bootstrapRatio({ group, rest: { count: 1, total: 2 } }, { seed: 1 })).toThrow(new RangeError(message))
  })
})
