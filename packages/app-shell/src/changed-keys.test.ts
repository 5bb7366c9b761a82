import { expect, test } from 'vitest'
import { changedKeys } from './changed-keys.ts'

test('names every path whose value differs, also where one side has none', () => {
  const before = { seed: 1, search: { trials: 3, arms: ['a', 'b'] }, external: null }
  const after = { seed: 1, search: { trials: 4, arms: ['b', 'a'] }, external: '/x', extra: 2 }
  expect(changedKeys(before, after)).toEqual(['search.trials', 'search.arms', 'external', 'extra'])
  expect(changedKeys({ a: { b: 1, c: [1] }, d: 2 }, { a: { b: 1, c: [2] }, e: 2 })).toEqual(['a.c', 'd', 'e'])
})

test('finds nothing in equal values, whatever the order of their keys', () => {
  expect(changedKeys({ a: 1, b: { c: [1, 2], d: null } }, { b: { d: null, c: [1, 2] }, a: 1 })).toEqual([])
})
