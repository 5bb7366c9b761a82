import { expect, test } from 'vitest'
import { encodePhi } from './encode-phi.ts'

const range = [0, 0.5] as const

test.each([
  [0.5, [1, 0]],
  [0.125, [0.25, 0.75]],
  [1, [2, -1]],
])('z, 1 - z of %s in [0, 0.5] is %j', (phi, expected) => {
  expect(encodePhi(phi, { encoding: 'z,1-z', range })).toEqual(expected)
})

test('cos, sin has length 1 at every factor; z, 1 - z falls to sqrt(1/2) in the middle', () => {
  for (const phi of [0.01, 0.2, 0.25, 0.5, 0.9]) {
    expect(Math.hypot(...encodePhi(phi, { encoding: 'cos,sin', range }))).toBeCloseTo(1, 12)
  }
  expect(Math.hypot(...encodePhi(0.25, { encoding: 'z,1-z', range }))).toBeCloseTo(Math.SQRT1_2, 12)
  expect(encodePhi(0.25, { encoding: 'cos,sin', range })[0]).toBeCloseTo(Math.SQRT1_2, 12)
})

test('another range is brought to [0, 1], and several factors follow each other', () => {
  expect(encodePhi([0.2, 1], { encoding: 'z,1-z', range: [0.2, 1] })).toEqual([0, 1, 1, 0])
})
