import fc from 'fast-check'
import { expect, test } from 'vitest'
import { levelSizes, rescaled } from './index.ts'

test('halving rounds up and stops at 1', () => {
  expect(levelSizes([5, 8], { levels: 4 })).toEqual([
    [5, 8],
    [3, 4],
    [2, 2],
    [1, 1],
  ])
})

test('a product that is whole but for rounding does not round up', () => {
  expect(100 * 0.55).toBeGreaterThan(55)
  expect(rescaled([100], 0.55)).toEqual([55])
  expect(rescaled([101], 0.55)).toEqual([56])
})

test('sizes lie in [1, n] and never fall as the factor grows', () => {
  const factor = fc.double({ min: 0.001, max: 1, noNaN: true })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), factor, factor, (n, a, b) => {
      const [[small], [large]] = [rescaled([n], Math.min(a, b)), rescaled([n], Math.max(a, b))]
      expect(small).toBeGreaterThanOrEqual(1)
      expect(large).toBeLessThanOrEqual(n)
      expect(small).toBeLessThanOrEqual(large)
    }),
  )
})

test('a list gives each stage its own factor', () => {
  expect(levelSizes([20, 9], { levels: 3, factor: [0.5, 0.25] })).toEqual([
    [20, 9],
    [10, 5],
    [3, 2],
  ])
})
