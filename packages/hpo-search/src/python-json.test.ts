import { expect, test } from 'vitest'
import fc from 'fast-check'
import { parsePythonJson, stringifyPythonJson } from './python-json.ts'

test('non-finite numbers are the bare words of Python', () => {
  const value = { a: Number.NaN, b: [Infinity, -Infinity, 1.5], c: 'NaN, "Infinity"' }
  const text = String.raw`{"a":NaN,"b":[Infinity,-Infinity,1.5],"c":"NaN, \"Infinity\""}`
  expect(stringifyPythonJson(value)).toBe(text)
  expect(parsePythonJson(text)).toEqual(value)
})

test('any JSON value with any numbers comes back', () => {
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(fc.double(), fc.string(), fc.boolean(), fc.constant(null), tie('list'), tie('record')),
    list: fc.array(tie('tree'), { maxLength: 3 }),
    record: fc.dictionary(fc.constantFrom('a', 'NaN', '-Infinity'), tie('tree'), { maxKeys: 3 }),
  }))
  fc.assert(
    fc.property(tree, (value) => {
      expect(parsePythonJson(stringifyPythonJson(value))).toEqual(withoutNegativeZero(value))
    }),
  )
})

test('text that is not even that is refused', () => {
  expect(() => parsePythonJson('{"a":NaN')).toThrow(SyntaxError)
  expect(() => parsePythonJson('{"a":Nan}')).toThrow(SyntaxError)
})

function withoutNegativeZero(value: unknown): unknown {
  if (Object.is(value, -0)) return 0
  if (Array.isArray(value)) return value.map(withoutNegativeZero)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutNegativeZero(item)]))
}
