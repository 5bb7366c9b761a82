import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { splitCases, subsetOfCases } from './split.ts'

const names = (count: number) => Array.from({ length: count }, (_, i) => `case${i}`)
const shares = { validation: 0.25, test: 0.25 }

describe('splitCases', () => {
  test('cuts by rounded shares and sorts each part', () => {
    const { train, validation, test: held } = splitCases(names(10), { validation: 0.2, test: 0.3, seed: 1 })
    expect([train.length, validation.length, held.length]).toEqual([5, 2, 3])
    expect([train, validation, held]).toEqual([[...train].sort(), [...validation].sort(), [...held].sort()])
  })

  test('is disjoint, covers all cases, and depends on seed and ids but not on their order', () => {
    const ids = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 4, maxLength: 30 })
    fc.assert(
      fc.property(ids, fc.nat(), (given, seed) => {
        const split = splitCases(given, { ...shares, seed })
        expect([...split.train, ...split.validation, ...split.test].sort()).toEqual([...given].sort())
        expect(splitCases([...given].reverse(), { ...shares, seed })).toEqual(split)
      }),
    )
  })

  test('differs between seeds', () => {
    const splits = [1, 2, 3, 4].map((seed) => splitCases(names(20), { ...shares, seed }).train.join())
    expect(new Set(splits).size).toBe(4)
  })

  test('gives each part a case where its share rounds to none, and no test cases for a share of 0', () => {
    expect(splitCases(names(4), { validation: 0.01, test: 0.01, seed: 0 })).toMatchObject({
      validation: [expect.any(String)],
      test: [expect.any(String)],
    })
    expect(splitCases(names(3), { validation: 0.2, test: 0, seed: 0 }).test).toEqual([])
  })

  test('says what is missing when there are too few cases', () => {
    expect(() => splitCases(names(1), { ...shares, seed: 0, source: '/data/liver' })).toThrow(
      new RangeError(
        '/data/liver: expected enough cases for at least 2 training, 1 validation and 1 test cases, got 1 usable case',
      ),
    )
    expect(() => splitCases([], { validation: 0.2, test: 0, seed: 0 })).toThrow(
      'splitCases: expected enough cases for at least 2 training, 1 validation and 0 test cases, got 0 usable cases',
    )
  })
})

describe('subsetOfCases', () => {
  test('keeps all cases, sorted, for null or a count not below their number', () => {
    for (const count of [null, 3, 9])
      expect(subsetOfCases(['c', 'a', 'b'], { count, seed: 0 })).toEqual(['a', 'b', 'c'])
  })

  test('grows with its count and does not depend on the order of the ids', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 11 }), fc.nat(), (count, seed) => {
        const subset = subsetOfCases(names(12), { count, seed })
        expect(subset).toHaveLength(count)
        expect(subsetOfCases(names(12).reverse(), { count, seed })).toEqual(subset)
        expect(subsetOfCases(names(12), { count: count + 1, seed })).toEqual(expect.arrayContaining(subset))
      }),
    )
  })
})
