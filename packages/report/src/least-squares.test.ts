import { expect, it } from 'vitest'
import { leastSquares } from './least-squares.ts'

it('finds the line through points on a line', () => {
  const { slope, intercept } = leastSquares([1, 2, 5].map((x) => ({ x, y: 3 * x - 2 })))
  expect(slope).toBeCloseTo(3, 12)
  expect(intercept).toBeCloseTo(-2, 12)
})

it('gives a hand-computed slope off the line', () => {
  // x̄ = 1, ȳ = 1, Σ(x−x̄)(y−ȳ) = 1, Σ(x−x̄)² = 2
  expect(
    leastSquares([
      { x: 0, y: 0 },
      { x: 1, y: 2 },
      { x: 2, y: 1 },
    ]),
  ).toEqual({ slope: 0.5, intercept: 0.5 })
})

it('has no slope without spread in x', () => {
  expect(
    leastSquares([
      { x: 1, y: 1 },
      { x: 1, y: 2 },
    ]).slope,
  ).toBeNaN()
  expect(leastSquares([]).slope).toBeNaN()
})
