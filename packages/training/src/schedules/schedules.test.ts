import fc from 'fast-check'
import { expect, test } from 'vitest'
import { constantSchedule } from './constant.ts'
import { cosineSchedule } from './cosine.ts'
import { polySchedule } from './poly.ts'
import { scheduleByName, type ScheduleName } from './schedule-by-name.ts'

const progress = fc.double({ min: 0, max: 1, noNaN: true })

test('constant is 1', () => {
  expect([0, 0.3, 1].map(constantSchedule())).toEqual([1, 1, 1])
})

test('poly is (1 - progress)^0.9', () => {
  expect(polySchedule()(0)).toBe(1)
  expect(polySchedule()(0.5)).toBeCloseTo(0.535887, 6)
  expect(polySchedule()(1)).toBe(0)
  expect(polySchedule({ power: 2 })(0.25)).toBe(0.5625)
})

test('cosine passes 1, one half and 0', () => {
  const schedule = cosineSchedule()
  expect(schedule(0)).toBe(1)
  expect(schedule(0.5)).toBeCloseTo(0.5, 12)
  expect(schedule(1)).toBeCloseTo(0, 12)
})

test('cosine warms up in a straight line and ends at its final factor', () => {
  const schedule = cosineSchedule({ warmup: 0.2, final: 0.1 })
  expect(schedule(0)).toBe(0)
  expect(schedule(0.1)).toBe(0.5)
  expect(schedule(0.2)).toBe(1)
  expect(schedule(0.6)).toBeCloseTo(0.55, 12)
  expect(schedule(1)).toBeCloseTo(0.1, 12)
})

test.each(['constant', 'poly', 'cosine'] as const)('%s never rises and stays in [0, 1]', (name) => {
  const schedule = scheduleByName(name)
  fc.assert(
    fc.property(progress, progress, (a, b) => {
      const [early, late] = [schedule(Math.min(a, b)), schedule(Math.max(a, b))]
      expect(late).toBeLessThanOrEqual(early)
      expect(late).toBeGreaterThanOrEqual(0)
      expect(early).toBeLessThanOrEqual(1)
    }),
  )
})

test.each([
  [() => polySchedule({ power: 0 }), 'polySchedule: expected a positive power, got 0'],
  [() => cosineSchedule({ warmup: 1 }), 'cosineSchedule: expected a warmup in [0, 1), got 1'],
  [() => cosineSchedule({ final: 2 }), 'cosineSchedule: expected a final in [0, 1], got 2'],
  [() => polySchedule()(1.01), 'polySchedule: expected a progress in [0, 1], got 1.01'],
  [() => constantSchedule()(Number.NaN), 'constantSchedule: expected a progress in [0, 1], got NaN'],
  [() => scheduleByName('step' as ScheduleName), 'scheduleByName: expected one of constant, poly, cosine, got step'],
])('refuses what it cannot use: %s', (run, message) => {
  expect(run).toThrow(message)
})
