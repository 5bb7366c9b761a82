import { expect, test } from 'vitest'
import fc from 'fast-check'
import { areCompatible, checkDistribution, contains, isSingle, type DistributionInput } from './distribution.ts'
import { everyKind } from './testing/trials.ts'
import { fromInternal, fromUnit, toInternal, toUnit } from './units.ts'

test.each<[DistributionInput, string]>([
  [{ type: 'float', low: 2, high: 1 }, 'expected low <= high, got low 2 and high 1'],
  [{ type: 'float', low: 0, high: 1, log: true }, 'expected low above 0 for a logarithmic scale, got 0'],
  [{ type: 'float', low: 1, high: 2, log: true, step: 0.5 }, 'expected either log or step, got log and step 0.5'],
  [{ type: 'float', low: 0, high: 1, step: 0 }, 'expected a positive step, got 0'],
  [{ type: 'float', low: Number.NaN, high: 1 }, 'expected a finite low, got NaN'],
  [{ type: 'float', low: 0, high: Infinity }, 'expected a finite high, got Infinity'],
  [{ type: 'int', low: 0.5, high: 3 }, 'expected whole numbers, got 0.5'],
  [{ type: 'int', low: 0, high: 8, log: true }, 'expected low of at least 1 for a logarithmic scale, got 0'],
  [{ type: 'int', low: 1, high: 8, log: true, step: 2 }, 'expected step 1 with log, got 2'],
  [{ type: 'int', low: 1, high: 8, step: -1 }, 'expected a positive step, got -1'],
  [{ type: 'categorical', choices: [] }, 'expected at least one choice, got []'],
  [{ type: 'categorical', choices: ['a', 'a'] }, 'expected different choices, got "a" 2 times'],
  [
    { type: 'categorical', choices: [{} as never] },
    'expected choices that are numbers, texts, booleans or null, got {}',
  ],
  [{ type: 'real' } as never, `expected type 'float', 'int' or 'categorical', got {"type":"real"}`],
])('%j is refused with the name of the parameter', (input, message) => {
  expect(() => checkDistribution('rate', input)).toThrow(`parameter 'rate': ${message}`)
})

test('the upper end is lowered to the last value the step reaches', () => {
  expect(checkDistribution('n', { type: 'int', low: 1, high: 9, step: 3 })).toMatchObject({ high: 7 })
  expect(checkDistribution('x', { type: 'float', low: 0, high: 1, step: 0.3 })).toMatchObject({ high: 0.9 })
  expect(checkDistribution('x', { type: 'float', low: 0.1, high: 0.3, step: 0.1 })).toMatchObject({ high: 0.3 })
})

test('a range of one value, or one choice, is single', () => {
  expect(isSingle(checkDistribution('n', { type: 'int', low: 2, high: 3, step: 2 }))).toBe(true)
  expect(isSingle(checkDistribution('c', { type: 'categorical', choices: [null] }))).toBe(true)
  expect(isSingle(checkDistribution('x', { type: 'float', low: 0, high: 1 }))).toBe(false)
})

test('ranges may move within a study; kind, scale and choices may not', () => {
  const float = checkDistribution('x', { type: 'float', low: 1, high: 2 })
  expect(areCompatible(float, checkDistribution('x', { type: 'float', low: 5, high: 9, step: 1 }))).toBe(true)
  expect(areCompatible(float, checkDistribution('x', { type: 'float', low: 1, high: 2, log: true }))).toBe(false)
  expect(areCompatible(float, checkDistribution('x', { type: 'int', low: 1, high: 2 }))).toBe(false)
  const choice = checkDistribution('c', { type: 'categorical', choices: ['a', 'b'] })
  expect(areCompatible(choice, checkDistribution('c', { type: 'categorical', choices: ['b', 'a'] }))).toBe(false)
})

test('every position in [0, 1] gives a contained value, which comes back from its own position and internal number', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.values(everyKind)),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (each, unit) => {
        const value = fromUnit(each, unit)
        expect(contains(each, value)).toBe(true)
        const again = fromUnit(each, toUnit(each, value))
        if (typeof value === 'number') expect(again).toBeCloseTo(value, 10)
        else expect(again).toBe(value)
        expect(fromInternal(each, toInternal(each, value))).toBe(value)
      },
    ),
  )
})

test('positions outside are taken as the nearest end', () => {
  expect([fromUnit(everyKind['plain'], -3), fromUnit(everyKind['plain'], 7)]).toEqual([-2, 3])
  expect([fromUnit(everyKind['choice'], -3), fromUnit(everyKind['choice'], 1)]).toEqual(['a', null])
})

test('values of a grid own equal cells: 0, 1, 2 take a third of the positions each', () => {
  const whole = checkDistribution('n', { type: 'int', low: 0, high: 2 })
  expect([0.33, 0.34, 0.66, 0.67].map((unit) => fromUnit(whole, unit))).toEqual([0, 1, 1, 2])
})

test('the middle of a logarithmic range is its geometric mean', () => {
  expect(fromUnit(everyKind['logarithmic'], 0.5)).toBeCloseTo(1e-3, 12)
})
