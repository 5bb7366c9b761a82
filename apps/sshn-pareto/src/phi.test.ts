import { describe, expect, test } from 'vitest'
import { parseCount, parsePhi, parsePhis } from './phi.ts'

describe('parsePhi', () => {
  test('takes factors in (0, 1]', () => {
    expect([parsePhi('0.25', '--phi'), parsePhi('1', '--phi'), parsePhi(' 1e-3', '--phi')]).toEqual([0.25, 1, 1e-3])
  })

  test.each(['0', '-0.5', '1.01', 'half', '', 'NaN', 'Infinity'])('refuses %j', (text) => {
    expect(() => parsePhi(text, '--phi')).toThrow(
      new RangeError(`--phi: expected a factor in (0, 1], got ${text || 'nothing'}`),
    )
  })
})

describe('parsePhis', () => {
  test('reads a list', () => expect(parsePhis('0.1, 0.5', '--phis')).toEqual([0.1, 0.5]))

  test('refuses a factor given twice', () => {
    expect(() => parsePhis('0.1,0.5,0.10', '--phis')).toThrow(
      new RangeError('--phis: expected each factor once, got 0.1 twice in 0.1,0.5,0.10'),
    )
  })
})

describe('parseCount', () => {
  test('knows thousands, millions, billions and exponents', () => {
    expect(['12', '2.5k', '250M', '1.5G', '2T', '3e8'].map((text) => parseCount(text, '--budget'))).toEqual([
      12, 2500, 250e6, 1.5e9, 2e12, 3e8,
    ])
  })

  test.each(['', 'M', '-3M', '0', '5 apples'])('refuses %j', (text) => {
    expect(() => parseCount(text, '--budget')).toThrow(
      new RangeError(`--budget: expected a number such as 250M or 3e8, got ${text}`),
    )
  })
})
