/** The tests behind `npm run bench -- hpo`, against scipy.stats.mannwhitneyu (1.17.1, asymptotic) and a hand-worked Holm. */
import { expect, test } from 'vitest'
import { holm, mannWhitney } from '../bench/hpo/statistics.ts'

test('Mann-Whitney with ties is scipy’s', () => {
  const ours = [1, 2, 2, 3, 4.5, 7, 8, 8, 9, 10]
  const theirs = [2, 3, 5, 6, 8, 11, 12, 13, 14, 15, 16]
  const found = mannWhitney({ ours, theirs })
  expect([found.ours, found.theirs]).toEqual([8.25, 13.5])
  expect(found.p).toBeCloseTo(0.05653834348, 6)
})

test('equal values everywhere give no reason to doubt', () => {
  expect(mannWhitney({ ours: [1, 1], theirs: [1, 1, 1] }).p).toBeCloseTo(1, 6)
})

test('Holm multiplies by what is left and never falls', () => {
  expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02])
})
