import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import fixture from '../fixtures/metrics.json' with { type: 'json' }
import { imageDiagonal, mean, median, percentile, std, summarise } from './index.ts'

describe('mean, std, median and percentile', () => {
  test('have the values worked out by hand', () => {
    expect(mean([1, 2, 6])).toBe(3)
    expect(std([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(Math.sqrt(32 / 7), 14)
    expect(median([5, 1, 2])).toBe(2)
    expect(median([4, 1, 2, 3])).toBe(2.5)
    expect(percentile([4, 1, 2, 3], 95)).toBeCloseTo(3.85, 14)
  })

  test.each(fixture.pairs)('agree with numpy: $name', ({ x, percentile95, std: expected }) => {
    expect(percentile(x, 95)).toBeCloseTo(percentile95, 9)
    expect(std(x)).toBeCloseTo(expected, 7)
  })

  test('are NaN for lists too short and lists with NaN', () => {
    expect([mean([]), std([1]), median([]), percentile([], 0)]).toEqual([NaN, NaN, NaN, NaN])
    expect(median([1, NaN, 3])).toBeNaN()
  })

  test('let infinite values be order statistics', () => {
    expect(median([1, 2, Infinity])).toBe(2)
    expect(percentile([1, Infinity, Infinity], 75)).toBe(Infinity)
    expect(percentile([1, 2, Infinity], 95)).toBe(Infinity)
    expect(std([1, Infinity])).toBeNaN()
  })

  test('run from the minimum to the maximum as the percentage grows', () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 })
    const percent = fc.double({ min: 0, max: 100, noNaN: true })
    fc.assert(
      fc.property(values, percent, percent, (list, p, q) => {
        expect(percentile(list, 0) + 0).toBe(Math.min(...list) + 0)
        expect(percentile(list, 100) + 0).toBe(Math.max(...list) + 0)
        expect(percentile(list, Math.min(p, q))).toBeLessThanOrEqual(percentile(list, Math.max(p, q)) + 1e-9)
      }),
    )
  })

  test('refuse a percentage outside [0, 100]', () => {
    expect(() => percentile([1], 101)).toThrow('percentile: expected a percentage between 0 and 100, got 101')
    expect(() => percentile([1], NaN)).toThrow(RangeError)
  })
})

describe('summarise', () => {
  test('leaves undefined values out and counts them', () => {
    expect(summarise([1, NaN, 3, NaN])).toEqual({
      count: 4,
      undefinedCount: 2,
      infiniteCount: 0,
      mean: 2,
      std: Math.SQRT2,
      median: 2,
    })
  })

  test('keeps a miss in the mean: infinite as it is, or at its stated cost', () => {
    const distances = [2, 4, NaN, Infinity]
    expect(summarise(distances)).toEqual({
      count: 4,
      undefinedCount: 1,
      infiniteCount: 1,
      mean: Infinity,
      std: NaN,
      median: 4,
    })
    const penalised = summarise(distances, { infiniteAs: imageDiagonal({ shape: [4, 3, 6], spacing: [1, 4, 0] }) })
    expect(penalised).toMatchObject({ infiniteCount: 1, mean: (2 + 4 + Math.sqrt(160)) / 3, median: 4 })
  })

  test('gives NaN statistics if nothing is defined', () => {
    expect(summarise([NaN])).toEqual({
      count: 1,
      undefinedCount: 1,
      infiniteCount: 0,
      mean: NaN,
      std: NaN,
      median: NaN,
    })
  })
})

test('imageDiagonal is the length of the full extent in mm', () => {
  expect(imageDiagonal({ shape: [10, 4, 6], spacing: [1.2, 1, 0.5] })).toBe(13) // 12, 4, 3
})
