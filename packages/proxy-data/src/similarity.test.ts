import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRng } from '@leanvox/random'
import fixture from '../fixtures/proxy-data.json' with { type: 'json' }
import {
  localNormalizedCrossCorrelation,
  mutualInformation,
  mutualInformationMeasure,
  normalizedMutualInformation,
  type Representation,
} from './index.ts'

const [DEPTH, HEIGHT, WIDTH] = fixture.shape
const volumes = fixture.volumes.map((values): Representation => ({
  data: Float32Array.from(values),
  shape: [DEPTH, HEIGHT, WIDTH],
}))
const flat = (...values: number[]): Representation => ({
  data: Float32Array.from(values),
  shape: [1, 1, values.length],
})

const SHAPE = [3, 4, 5] as const
const randomVolume = fc.integer().map((seed): Representation => {
  const rng = createRng(seed)
  return { data: Float32Array.from({ length: 60 }, rng.uniform), shape: SHAPE }
})

describe('agreement with numpy, scipy and scikit-image', () => {
  test.each(fixture.pairs)('volumes $a and $b', ({ a: i, b: j, ...expected }) => {
    const pair = { a: volumes[i], b: volumes[j] }
    expect(mutualInformation(pair)).toBeCloseTo(expected.mi32, 9)
    expect(mutualInformation(pair, { bins: 10 })).toBeCloseTo(expected.mi10, 9)
    expect(normalizedMutualInformation(pair)).toBeCloseTo(expected.nmi32, 9)
    expect(mutualInformation(pair, { estimator: 'parzen' })).toBeCloseTo(expected.parzen23, 6)
    expect(mutualInformation(pair, { estimator: 'parzen', bins: 5 })).toBeCloseTo(expected.parzen5, 6)
    expect(localNormalizedCrossCorrelation(pair)).toBeCloseTo(expected.lncc3, 9)
    expect(localNormalizedCrossCorrelation(pair, { window: 7 })).toBeCloseTo(expected.lncc7, 9)
  })
})

describe('mutual information', () => {
  test('is log 2 for a fair coin and its copy, 0 for two independent coins', () => {
    expect(mutualInformation({ a: flat(0, 0, 1, 1), b: flat(1, 1, 0, 0) })).toBeCloseTo(Math.LN2, 14)
    expect(mutualInformation({ a: flat(0, 0, 1, 1), b: flat(0, 1, 0, 1) })).toBe(0)
    expect(normalizedMutualInformation({ a: flat(0, 0, 1, 1), b: flat(1, 1, 0, 0) })).toBe(2)
    expect(normalizedMutualInformation({ a: flat(0, 0, 1, 1), b: flat(0, 1, 0, 1) })).toBe(1)
  })

  test('of three quarters agreement has the value worked out by hand', () => {
    // p(0,0) = 1/2, p(0,1) = 1/4, p(1,1) = 1/4; margins 3/4, 1/4 and 1/2, 1/2.
    const byHand = 0.5 * Math.log(0.5 / 0.375) + 0.25 * Math.log(0.25 / 0.375) + 0.25 * Math.log(0.25 / 0.125)
    expect(mutualInformation({ a: flat(0, 0, 0, 1), b: flat(0, 0, 1, 1) })).toBeCloseTo(byHand, 14)
  })

  test('is 0 and normalised 1 if a volume is constant', () => {
    const pairs = [
      { a: flat(0.5, 0.5), b: flat(0, 1) },
      { a: flat(0.5, 0.5), b: flat(0.2, 0.2) },
    ]
    for (const pair of pairs) {
      expect(mutualInformation(pair)).toBe(0)
      expect(normalizedMutualInformation(pair)).toBe(1)
    }
  })

  test('is symmetric, at least 0 and at most the entropy, which it reaches with itself; normalised in [1, 2]', () => {
    fc.assert(
      fc.property(randomVolume, randomVolume, fc.constantFrom('histogram', 'parzen'), (a, b, estimator) => {
        const value = mutualInformation({ a, b }, { estimator })
        expect(mutualInformation({ a: b, b: a }, { estimator })).toBeCloseTo(value, 12)
        expect(value).toBeGreaterThanOrEqual(0)
        if (estimator === 'histogram') expect(value).toBeLessThanOrEqual(mutualInformation({ a, b: a }) + 1e-12)
        const normalised = normalizedMutualInformation({ a, b }, { estimator })
        expect(normalised).toBeGreaterThanOrEqual(1)
        expect(normalised).toBeLessThanOrEqual(2)
      }),
      { numRuns: 40 },
    )
  })

  test('is unchanged by turning both volumes negative', () => {
    const negative = ({ data, shape }: Representation) => ({ data: data.map((value) => 1 - value), shape })
    const pair = { a: volumes[0], b: volumes[1] }
    const turned = { a: negative(pair.a), b: negative(pair.b) }
    expect(mutualInformation(turned, { estimator: 'parzen' })).toBeCloseTo(
      mutualInformation(pair, { estimator: 'parzen' }),
      6,
    )
  })

  test('refuses one bin and volumes of unequal shape', () => {
    expect(() => mutualInformation({ a: flat(0), b: flat(1) }, { bins: 1 })).toThrow(
      new RangeError('mutualInformation: expected 2 to 65536 bins, got 1'),
    )
    expect(() => normalizedMutualInformation({ a: flat(0, 1), b: flat(1) })).toThrow(
      new RangeError('normalizedMutualInformation: expected shape [1, 1, 2], got [1, 1, 1]'),
    )
    expect(() => mutualInformationMeasure({ bins: 2.5 })).toThrow(RangeError)
  })
})

describe('local normalised cross-correlation', () => {
  test('of one-voxel windows is 0: a single voxel has no variance', () => {
    expect(localNormalizedCrossCorrelation({ a: volumes[0], b: volumes[0] }, { window: 1 })).toBeLessThan(1e-12)
  })

  test('has the value worked out by hand for three voxels', () => {
    // Windows of 27 voxels, all but two or three of them zero padding.
    const a = [0, 1, 0]
    const b = [0, 1, 1]
    const window = (x: number[], y: number[]) => {
      const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
      const centred = (u: number[], v: number[]) => sum(u.map((value, k) => value * v[k])) - (sum(u) * sum(v)) / 27
      return centred(x, y) ** 2 / (centred(x, x) * centred(y, y))
    }
    const byHand = (window([0, 1], [0, 1]) + window(a, b) + window([1, 0], [1, 1])) / 3
    expect(localNormalizedCrossCorrelation({ a: flat(...a), b: flat(...b) })).toBeCloseTo(byHand, 14)
  })

  test('is symmetric, in [0, 1], 1 with itself, and blind to sign', () => {
    fc.assert(
      fc.property(randomVolume, randomVolume, (a, b) => {
        const value = localNormalizedCrossCorrelation({ a, b })
        expect(localNormalizedCrossCorrelation({ a: b, b: a })).toBe(value)
        expect(value).toBeGreaterThanOrEqual(0)
        expect(value).toBeLessThanOrEqual(1)
        expect(localNormalizedCrossCorrelation({ a, b: a })).toBeCloseTo(1, 9)
        const negative = { data: b.data.map((v) => -v), shape: b.shape }
        expect(localNormalizedCrossCorrelation({ a, b: negative })).toBeCloseTo(value, 12)
      }),
      { numRuns: 40 },
    )
  })

  test('scores windows constant in both volumes 0, or leaves them out', () => {
    const half = { data: new Float32Array(1000), shape: [10, 10, 10] as const }
    const rng = createRng(1)
    for (let i = 600; i < 1000; i++) half.data[i] = rng.uniform()
    const pair = { a: half, b: half }
    expect(localNormalizedCrossCorrelation(pair)).toBeCloseTo(0.5, 6) // planes 5 to 9 see some contrast
    expect(localNormalizedCrossCorrelation(pair, { constantWindows: 'skip' })).toBeCloseTo(1, 6)
    const empty = { data: new Float32Array(8), shape: [2, 2, 2] as const }
    expect(localNormalizedCrossCorrelation({ a: empty, b: empty }, { constantWindows: 'skip' })).toBe(0)
  })

  test('refuses an even window', () => {
    expect(() => localNormalizedCrossCorrelation({ a: flat(1), b: flat(1) }, { window: 4 })).toThrow(
      new RangeError('localNormalizedCrossCorrelation: expected an odd window, got 4'),
    )
  })
})
