import { expect, test } from 'vitest'
import fc from 'fast-check'
import { cutNormalQuantile, logNormalCdf, logNormalMass } from './normal.ts'

test('logarithms of the cumulated normal agree with scipy.stats.norm.logcdf to 13 digits', () => {
  const table = [
    [-30, -454.32124395634327],
    [-5, -15.064998393988727],
    [-1, -1.8410216450092634],
    [0, -0.6931471805599453],
    [0.5, -0.36894641528865635],
    [3, -0.0013508099647481925],
    [8, -6.220960574271742e-16],
  ]
  for (const [x, expected] of table) expect(Math.abs(logNormalCdf(x) / expected - 1)).toBeLessThan(1e-13)
})

test('the mass of an interval is the same on both sides of zero and stays finite far out', () => {
  expect(logNormalMass({ from: -1, to: 1 })).toBeCloseTo(Math.log(0.6826894921370859), 14)
  expect(logNormalMass({ from: 20, to: 21 })).toBe(logNormalMass({ from: -21, to: -20 }))
  expect(logNormalMass({ from: 20, to: 21 })).toBeCloseTo(-203.9171553722882, 9)
  expect(logNormalMass({ from: 2, to: 2 })).toBe(-Infinity)
})

test('a quantile has its share of the mass below it', () => {
  const edge = fc.double({ min: 0, max: 6, noNaN: true })
  fc.assert(
    fc.property(edge, edge, fc.double({ min: 0.001, max: 0.999, noNaN: true }), (left, right, share) => {
      fc.pre(left + right > 1e-3)
      const interval = { from: -left, to: right }
      const x = cutNormalQuantile(share, interval)
      const below = logNormalMass({ from: -left, to: x }) - logNormalMass(interval)
      expect(Math.exp(below)).toBeCloseTo(share, 9)
    }),
  )
})
