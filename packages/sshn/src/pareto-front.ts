/**
 * The Pareto front of an accuracy-cost curve and the choice of one point under a budget.
 *
 * @module
 */
import type { PhiPoint } from './sweep-phi.ts'

/** What a point must tell to be compared. */
export type ParetoPoint = Pick<PhiPoint, 'dice' | 'multiplyAdds'>

/**
 * The points that no other beats: none has as few multiply-adds and as high a Dice, one of the two strictly better.
 * Cheapest first; of equal points the first stays; points of unknown (NaN) Dice are left out.
 */
export function paretoFront<P extends ParetoPoint>(points: readonly P[]): P[] {
  const known = points.filter(({ dice }) => !Number.isNaN(dice))
  const ordered = [...known].sort((a, b) => a.multiplyAdds - b.multiplyAdds || b.dice - a.dice)
  const front: P[] = []
  for (const point of ordered) if (front.length === 0 || point.dice > front[front.length - 1].dice) front.push(point)
  return front
}

/** Limits; every one given must hold. */
export interface PhiBudget {
  readonly maxMultiplyAdds?: number
  readonly maxMilliseconds?: number
  readonly maxPeakBytes?: number
  readonly minDice?: number
}

/** What the chooser needs of a point; milliseconds and bytes only for limits on them. */
export type ChoosablePoint = ParetoPoint & Partial<Pick<PhiPoint, 'milliseconds' | 'peakBytes'>>

const LIMITS = {
  maxMultiplyAdds: ({ multiplyAdds }: ChoosablePoint, limit: number) => multiplyAdds <= limit,
  maxMilliseconds: ({ milliseconds = NaN }: ChoosablePoint, limit: number) => milliseconds <= limit,
  maxPeakBytes: ({ peakBytes = NaN }: ChoosablePoint, limit: number) => peakBytes <= limit,
  minDice: ({ dice }: ChoosablePoint, limit: number) => dice >= limit,
} as const

/**
 * The best point within the budget: with `minDice` the one of fewest multiply-adds, else the one of highest Dice; on a tie
 * the cheaper, then the first.
 *
 * @throws RangeError for an unknown or non-numeric limit, no limit at all, or when no point is within the budget, saying how
 *   close the points come
 *
 * @example
 * choosePhi(points, { maxMultiplyAdds: 2e8 }).phi
 */
export function choosePhi<P extends ChoosablePoint>(points: readonly P[], budget: PhiBudget): P {
  const limits = Object.entries(budget).filter(([, limit]) => limit !== undefined) as [keyof typeof LIMITS, number][]
  const odd = limits.find(([name, limit]) => !(name in LIMITS) || !Number.isFinite(limit))
  if (odd || limits.length === 0) {
    const found = odd ? `${odd[0]} ${odd[1]}` : 'none'
    throw new RangeError(`choosePhi: expected numbers for some of ${Object.keys(LIMITS).join(', ')}, got ${found}`)
  }
  const fitting = points.filter((point) => limits.every(([name, limit]) => LIMITS[name](point, limit)))
  const known = fitting.filter(({ dice }) => !Number.isNaN(dice))
  if (known.length === 0)
    throw new RangeError(`choosePhi: expected a point with ${texts(limits)}, got ${nearest(points)}`)
  const byCost = (a: P, b: P) => a.multiplyAdds - b.multiplyAdds
  const byDice = (a: P, b: P) => b.dice - a.dice
  const first = budget.minDice === undefined ? byDice : byCost
  const second = budget.minDice === undefined ? byCost : byDice
  return [...known].sort((a, b) => first(a, b) || second(a, b))[0]
}

function texts(limits: readonly (readonly [string, number])[]): string {
  return limits.map(([name, limit]) => `${name} ${limit}`).join(' and ')
}

function nearest(points: readonly ChoosablePoint[]): string {
  if (points.length === 0) return 'no points'
  const least = Math.min(...points.map(({ multiplyAdds }) => multiplyAdds))
  const dices = points.map(({ dice }) => dice).filter((dice) => !Number.isNaN(dice))
  const most = dices.length === 0 ? 'unknown' : Math.max(...dices).toFixed(4)
  return `${points.length} points of at least ${least} multiply-adds and a Dice of at most ${most}`
}
