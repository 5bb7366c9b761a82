import fc from 'fast-check'
import { expect, test } from 'vitest'
import { selectHtl } from './index.ts'

test('takes the worst share, worst first, ties by index', () => {
  expect(selectHtl([0.2, 0.9, 0.2, 0.5, 0.1], { fraction: 0.6 })).toEqual([1, 3, 0])
})

test('takes all above a threshold, none at it', () => {
  expect(selectHtl([0.2, 0.9, 0.5], { threshold: 0.5 })).toEqual([1])
  expect(selectHtl([0.2], { threshold: 0.5 })).toEqual([])
})

test('neither counts nor takes undefined scores', () => {
  expect(selectHtl([NaN, 1, 2, NaN], { fraction: 0.5 })).toEqual([2])
  expect(selectHtl([NaN, 1], { threshold: -1 })).toEqual([1])
  expect(selectHtl([NaN], { fraction: 1 })).toEqual([])
})

test('takes max(1, round(q n)) cases, none of which scores below one left out', () => {
  const scores = fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(scores, fc.double({ min: 0.001, max: 1, noNaN: true }), (values, fraction) => {
      const set = selectHtl(values, { fraction })
      expect(set).toHaveLength(Math.max(1, Math.round(fraction * values.length)))
      expect(new Set(set).size).toBe(set.length)
      const outside = values.filter((_, i) => !set.includes(i))
      const worst = Math.max(-Infinity, ...outside)
      expect(set.every((i) => values[i] >= worst)).toBe(true)
    }),
  )
})

test('refuses a fraction out of range and a rule without numbers', () => {
  expect(() => selectHtl([1], { fraction: 0 })).toThrow(
    new RangeError('selectHtl: expected a fraction in (0, 1], got 0'),
  )
  expect(() => selectHtl([1], {} as { threshold: number })).toThrow('expected a fraction or a threshold, got {}')
})
