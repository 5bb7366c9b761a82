import { describe, expect, it } from 'vitest'
import { formatInterval, formatNumber, type NumberFormat } from './format.ts'

const thin = '\u202f'

describe('formatNumber', () => {
  it.each<[number | null | undefined, NumberFormat, string]>([
    [NaN, 'number', '–'],
    [null, 'seconds', '–'],
    [undefined, 'count', '–'],
    [Infinity, 'number', '∞'],
    [-Infinity, 'percent', '−∞'],
    [0, 'number', '0'],
    [-0.5, 'number', '−0.5000'],
    [0.87654, 'number', '0.8765'],
    [12.3456, 'number', '12.35'],
    [9999, 'number', '9999'],
    [1234567, 'integer', `1${thin}234${thin}567`],
    [1234567.89, { decimals: 1 }, `1${thin}234${thin}567.9`],
    [0.00001, 'number', '1.00e−5'],
    [0.1234, 'percent', `12.3${thin}%`],
    [2.345, 'factor', '2.35×'],
    [23.45, 'factor', '23.4×'],
    [0.5, { decimals: 3 }, '0.500'],
    [4.567, 'seconds', `4.57${thin}s`],
    [45.67, 'seconds', `45.7${thin}s`],
    [725, 'seconds', `12${thin}min 05${thin}s`],
    [3599.6, 'seconds', `60${thin}min 00${thin}s`],
    [12000, 'seconds', `3${thin}h 20${thin}min`],
    [102e9, 'count', `102${thin}G`],
    [1.25e12, 'count', `1.25${thin}T`],
    [999_600, 'count', `1.00${thin}M`],
    [7, 'count', '7'],
    [0, 'count', '0'],
  ])('writes %s as %j: %s', (value, format, text) => {
    expect(formatNumber(value, format)).toBe(text)
  })
})

describe('formatInterval', () => {
  it('puts the ends in brackets', () => {
    expect(formatInterval({ estimate: 0.812, low: 0.6, high: 0.925 })).toBe('0.81 [0.60, 0.93]')
  })

  it('is the estimate alone when there are no ends', () => {
    expect(formatInterval({ estimate: 0.812, low: NaN, high: NaN })).toBe('0.81')
    expect(formatInterval({ estimate: NaN, low: NaN, high: NaN })).toBe('–')
  })
})
