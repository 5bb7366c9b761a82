import { expect, test } from 'vitest'
import fc from 'fast-check'
import { createRng } from './index.ts'

const draws = (count: number, draw: () => number) => Array.from({ length: count }, draw)
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

test('the same seed gives the same numbers, another seed gives others', () => {
  expect(draws(8, createRng(1).uniform)).toEqual(draws(8, createRng(1).uniform))
  expect(draws(8, createRng(1).uniform)).not.toEqual(draws(8, createRng(2).uniform))
  expect(draws(8, createRng(1).uniform)).not.toEqual(draws(8, createRng('1').uniform))
})

test('a split stream does not depend on earlier draws', () => {
  const fresh = createRng(5)
  const used = createRng(5)
  draws(100, used.uniform)
  expect(used.split('epoch', 3).uniform()).toBe(fresh.split('epoch', 3).uniform())
  expect(fresh.split('a', 'b').uniform()).not.toBe(fresh.split('ab').uniform())
})

test('uniform numbers of near-by seeds are unrelated: first draws of 20,000 seeds have the moments of U(0, 1)', () => {
  const first = Array.from({ length: 20_000 }, (_, seed) => createRng(seed).uniform())
  expect(mean(first)).toBeCloseTo(0.5, 1.9)
  expect(mean(first.map((value) => (value - 0.5) ** 2))).toBeCloseTo(1 / 12, 2)
  const lagged = mean(first.slice(1).map((value, i) => (value - 0.5) * (first[i]! - 0.5)))
  expect(Math.abs(lagged * 12)).toBeLessThan(0.03)
})

test('normal numbers have mean 0, variance 1 and no skew', () => {
  const values = draws(50_000, createRng(3).normal)
  expect(Math.abs(mean(values))).toBeLessThan(0.02)
  expect(mean(values.map((value) => value ** 2))).toBeCloseTo(1, 1)
  expect(Math.abs(mean(values.map((value) => value ** 3)))).toBeLessThan(0.06)
})

test('integers cover their range evenly (chi-square, 9 degrees of freedom)', () => {
  const rng = createRng(11)
  const counts = new Array<number>(10).fill(0)
  for (let i = 0; i < 10_000; i++) counts[rng.integer(10)]!++
  const chiSquare = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)
  expect(chiSquare).toBeLessThan(27.9) // 0.999 quantile
})

test('shuffle permutes and leaves its input alone', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer(), (values, seed) => {
      const before = [...values]
      const shuffled = createRng(seed).shuffle(values)
      expect(values).toEqual(before)
      expect([...shuffled].sort()).toEqual([...values].sort())
    }),
  )
})

test('integer names a bound it cannot use', () => {
  expect(() => createRng(1).integer(0)).toThrow('integer: expected a bound of at least 1, got 0')
})
