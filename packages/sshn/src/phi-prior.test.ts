import { createRng } from '@leanvox/random'
import { describe, expect, test } from 'vitest'
import { phiPrior, type PhiPriorChoice } from './phi-prior.ts'

const draws = (choice: PhiPriorChoice, range?: readonly [number, number]) => {
  const prior = phiPrior(choice, range)
  const rng = createRng(1)
  return Array.from({ length: 4000 }, () => prior.draw(rng))
}
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

describe('draws', () => {
  test('uniform ones fill (0, 0.5] with a mean of 0.25 and a quarter below 0.125', () => {
    const values = draws('uniform')
    expect(values.every((phi) => phi > 0 && phi <= 0.5)).toBe(true)
    expect(mean(values)).toBeCloseTo(0.25, 2)
    expect(values.filter((phi) => phi < 0.125).length / values.length).toBeCloseTo(0.25, 1)
  })

  test('sqrt-uniform ones have a uniform area: a quarter below half of the largest', () => {
    const values = draws('sqrt-uniform')
    expect(values.every((phi) => phi > 0 && phi <= 0.5)).toBe(true)
    expect(values.filter((phi) => phi < 0.25).length / values.length).toBeCloseTo(0.25, 1)
    expect(mean(values.map((phi) => phi ** 2))).toBeCloseTo(0.125, 2)
  })

  test('a range moves them', () => {
    for (const choice of ['uniform', 'sqrt-uniform'] as const) {
      const values = draws(choice, [0.2, 1])
      expect(Math.min(...values)).toBeGreaterThan(0.2)
      expect(Math.min(...values)).toBeLessThan(0.26)
      expect(Math.max(...values)).toBeGreaterThan(0.99)
    }
  })

  test('a point is always itself, in and out of the range', () => {
    expect(new Set(draws({ point: 0.8 }))).toEqual(new Set([0.8]))
  })

  test('the same stream gives the same factor', () => {
    const prior = phiPrior('uniform')
    expect(prior.draw(createRng(3).split('step', 7))).toBe(prior.draw(createRng(3).split('step', 7)))
  })
})

test('names tell kind and range', () => {
  expect(phiPrior('uniform').name).toBe('uniform(0, 0.5)')
  expect(phiPrior('sqrt-uniform', [0.1, 1]).name).toBe('sqrt-uniform(0.1, 1)')
  expect(phiPrior({ point: 0.25 }).name).toBe('point(0.25)')
  expect(phiPrior({ name: 'own', draw: () => 0.5 }).name).toBe('own')
})

test.each<[() => unknown, string]>([
  [() => phiPrior('normal' as 'uniform'), 'phiPrior: expected uniform, sqrt-uniform, { point } or a prior, got normal'],
  [() => phiPrior({ point: 0 }), 'phiPrior: expected a phi in (0, 1], got 0'],
  [() => phiPrior('uniform', [0.5, 0.5]), 'phiPrior: expected a range with 0 <= low < high <= 1, got [0.5, 0.5]'],
  [() => phiPrior('uniform', [0, 1.5]), 'phiPrior: expected a range with 0 <= low < high <= 1, got [0, 1.5]'],
  [() => phiPrior({ name: 'own', draw: () => 2 }).draw(createRng(1)), 'own: expected a phi in (0, 1], got 2'],
])('refuses what is no prior: %s', (act, message) => {
  expect(act).toThrow(new RangeError(message))
})
