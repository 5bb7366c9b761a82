import { expect, it } from 'vitest'
import { logAxis, logTicks, timeUnit } from './axes.ts'

it('puts ticks at 1, 2 and 5 times a power of ten', () => {
  expect(logTicks([0.15, 3])).toEqual([0.2, 0.5, 1, 2])
  expect(logTicks([1, 10])).toEqual([1, 2, 5, 10])
})

it('puts ticks at powers of ten alone over four decades', () => {
  expect(logTicks([0.5, 20000])).toEqual([1, 10, 100, 1000, 10000])
})

it('leaves room at both ends of a logarithmic axis', () => {
  const { scale } = logAxis('cost', [2, 8], { title: 'cost', format: '~g' })
  expect(scale.domain[0]).toBeCloseTo(2 / 4 ** 0.15, 10)
  expect(scale.domain[1]).toBeCloseTo(8 * 4 ** 0.15, 10)
  expect(logAxis('cost', [3, 3], { title: 'cost', format: '~g' }).scale.domain).toEqual([2, 4.5])
})

it('puts ticks between on a short logarithmic axis', () => {
  expect(logTicks([350, 530])).toEqual([350, 400, 500])
})

it('counts long times in minutes and hours', () => {
  expect(timeUnit([10, 179]).unit).toBe('seconds')
  expect(timeUnit([180])).toEqual({ unit: 'minutes', divisor: 60 })
  expect(timeUnit([7200])).toEqual({ unit: 'hours', divisor: 3600 })
  expect(timeUnit([])).toEqual({ unit: 'seconds', divisor: 1 })
})
