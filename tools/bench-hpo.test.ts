import { expect, test } from 'vitest'
import { holm, mannWhitney } from '../bench/hpo/statistics.ts'

test('the rank test agrees with SciPy (mannwhitneyu, asymptotic, with continuity and ties)', () => {
  const { ours, theirs, p } = mannWhitney({ ours: [1, 2, 3, 4, 10], theirs: [3, 5, 6, 7, 8, 9] })
  expect(p).toBeCloseTo(0.20021690900828493, 6)
  expect(ours).toBeCloseTo((1 + 2 + 3.5 + 5 + 11) / 5, 12)
  expect(theirs).toBeCloseTo((3.5 + 6 + 7 + 8 + 9 + 10) / 6, 12)
})

test('equal runs differ by nothing', () => {
  expect(mannWhitney({ ours: [2, 2], theirs: [2, 2, 2] }).p).toBe(1)
})

test('the correction multiplies the smallest p by their number, the next by one less, and never falls', () => {
  const corrected = holm([0.04, 0.01, 0.03])
  expect(corrected[1]).toBeCloseTo(0.03, 12)
  expect(corrected[2]).toBeCloseTo(0.06, 12)
  expect(corrected[0]).toBeCloseTo(0.06, 12)
  expect(holm([0.9, 0.8])).toEqual([1, 1])
})
