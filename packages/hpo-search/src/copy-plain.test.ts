import { expect, test } from 'vitest'
import { copyPlain } from './copy-plain.ts'

test('copies arrays and objects to any depth, with numbers that JSON has not', () => {
  const value = { list: [1, Number.NaN, -Infinity, { deep: null }], text: 'a', none: undefined, flag: true }
  const copy = copyPlain(value)
  expect(copy).toStrictEqual(value)
  value.list[3] = 0
  expect(copy.list[3]).toEqual({ deep: null })
})

test('keeps a field named __proto__ a field', () => {
  const copy = copyPlain(JSON.parse('{"__proto__": {"polluted": 1}}') as Record<string, unknown>)
  expect(Object.keys(copy)).toEqual(['__proto__'])
  expect('polluted' in copy).toBe(false)
})

test('leaves dates and maps to structuredClone, and refuses functions as it does', () => {
  const value = { when: new Date(5), map: new Map([[1, 2]]) }
  expect(copyPlain(value)).toEqual(value)
  expect(copyPlain(value).when).not.toBe(value.when)
  expect(() => copyPlain({ call: () => 1 })).toThrow(/could not be cloned/)
})
