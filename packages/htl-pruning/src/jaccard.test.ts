import { readFileSync } from 'node:fs'
import { createRng } from '@leanvox/random'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chanceJaccard, jaccard, stability } from './index.ts'

const reference = JSON.parse(readFileSync(new URL('../fixtures/reference.json', import.meta.url), 'utf8')) as {
  chanceJaccard: { sizes: [number, number]; total: number; expected: number }[]
}

const sets = fc.array(fc.integer({ min: 0, max: 20 }))

test('jaccard by hand; undefined for two empty sets', () => {
  expect(jaccard([1, 2, 3], [3, 4])).toBe(1 / 4)
  expect(jaccard([1, 1, 2], [2, 1])).toBe(1)
  expect(jaccard([], [1])).toBe(0)
  expect(jaccard([], [])).toBeNaN()
})

test('jaccard is symmetric and 1 only for equal sets', () => {
  fc.assert(
    fc.property(sets, sets, (a, b) => {
      expect(jaccard(a, b)).toEqual(jaccard(b, a))
      const same = new Set(a).size === new Set([...a, ...b]).size && new Set(b).size === new Set(a).size
      if (a.length > 0) expect(jaccard(a, b) === 1).toBe(same)
    }),
  )
})

describe('chanceJaccard', () => {
  test.each(reference.chanceJaccard)('of $sizes out of $total agrees with SciPy', ({ sizes, total, expected }) => {
    expect(chanceJaccard(sizes, total)).toBeCloseTo(expected, 9)
  })

  test('is what random sets really give', () => {
    const rng = createRng(5)
    const all = Array.from({ length: 40 }, (_, i) => i)
    let sum = 0
    for (let i = 0; i < 2000; i++) sum += jaccard(rng.shuffle(all).slice(0, 8), rng.shuffle(all).slice(0, 8))
    expect(sum / 2000).toBeCloseTo(chanceJaccard([8, 8], 40), 2)
  })

  test('is 1 for everything, NaN for nothing, and refuses sets larger than the whole', () => {
    expect(chanceJaccard([5, 5], 5)).toBeCloseTo(1, 12)
    expect(chanceJaccard([0, 0], 5)).toBeNaN()
    expect(() => chanceJaccard([6, 1], 5)).toThrow(
      new RangeError('chanceJaccard: expected sizes within 0 and 5, got 6'),
    )
  })
})

describe('stability', () => {
  test('compares every pair with what chance gives', () => {
    const sets = [
      [1, 2],
      [2, 3],
      [1, 2],
    ]
    const found = stability(sets, { total: 10 })
    expect(found.pairs).toEqual([1 / 3, 1, 1 / 3])
    expect(found.mean).toBeCloseTo(5 / 9, 12)
    expect(found.min).toBe(1 / 3)
    expect(found.chance).toBeCloseTo(chanceJaccard([2, 2], 10), 12)
  })

  test('of one set is undefined', () => {
    expect(stability([[1]], { total: 3 })).toEqual({ pairs: [], mean: NaN, min: NaN, chance: NaN })
  })
})
