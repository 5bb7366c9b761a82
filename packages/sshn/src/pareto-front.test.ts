import { expect, test } from 'vitest'
import { choosePhi, paretoFront, type PhiBudget } from './pareto-front.ts'

const point = (phi: number, multiplyAdds: number, dice: number) => ({
  phi,
  multiplyAdds,
  dice,
  milliseconds: multiplyAdds / 10,
})
const points = [
  point(0.5, 400, 0.9),
  point(0.1, 100, 0.7),
  point(0.3, 200, 0.92),
  point(0.2, 150, 0.69),
  point(0.4, 300, NaN),
]
const phis = (list: readonly { phi: number }[]) => list.map(({ phi }) => phi)

test('the front keeps what nothing beats, cheapest first', () => {
  expect(phis(paretoFront(points))).toEqual([0.1, 0.3])
  expect(paretoFront([])).toEqual([])
})

test('of points of equal cost the better stays, of equal points the first', () => {
  expect(phis(paretoFront([point(1, 5, 0.5), point(2, 5, 0.6), point(3, 5, 0.6)]))).toEqual([2])
})

test.each<[PhiBudget, number]>([
  [{ maxMultiplyAdds: 1000 }, 0.3],
  [{ maxMultiplyAdds: 150 }, 0.1],
  [{ maxMilliseconds: 10 }, 0.1],
  [{ minDice: 0.7 }, 0.1],
  [{ minDice: 0.71 }, 0.3],
  [{ minDice: 0.9, maxMultiplyAdds: 400 }, 0.3],
])('%j chooses phi %s', (budget, phi) => {
  expect(choosePhi(points, budget).phi).toBe(phi)
})

test('a tie in Dice goes to the cheaper', () => {
  expect(choosePhi([point(0.5, 9, 0.8), point(0.2, 3, 0.8)], { maxMultiplyAdds: 9 }).phi).toBe(0.2)
})

test.each<[PhiBudget, string]>([
  [
    { minDice: 0.95 },
    'choosePhi: expected a point with minDice 0.95, got 5 points of at least 100 multiply-adds and a Dice of at most 0.9200',
  ],
  [
    { maxPeakBytes: 1e9 }, // no point knows its bytes
    'choosePhi: expected a point with maxPeakBytes 1000000000, got 5 points of at least 100 multiply-adds and a Dice of at most 0.9200',
  ],
  [{}, 'choosePhi: expected numbers for some of maxMultiplyAdds, maxMilliseconds, maxPeakBytes, minDice, got none'],
  [
    { minDice: NaN },
    'choosePhi: expected numbers for some of maxMultiplyAdds, maxMilliseconds, maxPeakBytes, minDice, got minDice NaN',
  ],
  [
    { maxDice: 1 } as PhiBudget,
    'choosePhi: expected numbers for some of maxMultiplyAdds, maxMilliseconds, maxPeakBytes, minDice, got maxDice 1',
  ],
])('%j has no answer', (budget, message) => {
  expect(() => choosePhi(points, budget)).toThrow(new RangeError(message))
})

test('no points, no answer', () => {
  expect(() => choosePhi([], { minDice: 0 })).toThrow('choosePhi: expected a point with minDice 0, got no points')
})
