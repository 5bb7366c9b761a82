import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cubicSparsity } from './index.ts'

test('follows the cubic by hand and stays at its ends', () => {
  const sparsity = cubicSparsity({ begin: 5000, end: 8000, final: 0.9 })
  expect(sparsity(0)).toBe(0)
  expect(sparsity(5000)).toBe(0)
  expect(sparsity(6500)).toBeCloseTo(0.9 * (1 - 1 / 8), 12)
  expect(sparsity(8000)).toBe(0.9)
  expect(sparsity(32000)).toBe(0.9)
  expect(cubicSparsity({ begin: 0, end: 4, initial: 0.5, final: 0.9 })(2)).toBeCloseTo(0.9 - 0.4 / 8, 12)
})

test('never falls and stays between its ends', () => {
  const ends = fc.tuple(fc.double({ min: 0, max: 0.98, noNaN: true }), fc.double({ min: 0.01, max: 0.99, noNaN: true }))
  fc.assert(
    fc.property(ends, fc.array(fc.double({ min: -10, max: 40, noNaN: true }), { minLength: 2 }), ([a, b], steps) => {
      const [initial, final] = [Math.min(a, b), Math.max(a, b)]
      const values = steps.sort((x, y) => x - y).map(cubicSparsity({ begin: 2, end: 30, initial, final }))
      values.forEach((value, i) => {
        expect(value).toBeGreaterThanOrEqual(i === 0 ? initial - 1e-12 : values[i - 1] - 1e-12)
        expect(value).toBeLessThanOrEqual(final)
      })
    }),
  )
})

test('refuses an end before the beginning and sparsities out of range', () => {
  expect(() => cubicSparsity({ begin: 3, end: 3, final: 0.5 })).toThrow(
    new RangeError('cubicSparsity: expected an end after 3, got 3'),
  )
  expect(() => cubicSparsity({ begin: 0, end: 3, final: 1 })).toThrow('0 <= initial <= final < 1, got 0 and 1')
  expect(() => cubicSparsity({ begin: 0, end: 3, initial: 0.8, final: 0.5 })).toThrow('got 0.8 and 0.5')
})
