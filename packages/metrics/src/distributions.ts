/**
 * Tails of the normal, chi-square and Student's t distribution, and the quantiles that intervals need.
 *
 * Quantiles are found by bisection on the tail: a fit or a test asks for one, so speed does not matter, and they agree
 * with the tail to the last digits.
 *
 * @module
 */
import { betaRegularised, gammaUpper } from './special-functions.ts'

/** P(Z > z) of a standard normal number. */
export function normalUpper(z: number): number {
  const tail = 0.5 * gammaUpper(0.5, (z * z) / 2)
  return z < 0 ? 1 - tail : tail
}

/** P(|Z| > |z|) of a standard normal number. */
export function normalTwoSided(z: number): number {
  return gammaUpper(0.5, (z * z) / 2)
}

/** P(X > x) of a chi-square number. */
export function chiSquareUpper(x: number, degreesOfFreedom: number): number {
  return x === Infinity ? 0 : gammaUpper(degreesOfFreedom / 2, x / 2)
}

/** P(|T| > |t|) of Student's t. */
export function studentTwoSided(t: number, degreesOfFreedom: number): number {
  if (!Number.isFinite(t)) return Number.isNaN(t) ? NaN : 0
  const a = degreesOfFreedom / 2
  const whole = degreesOfFreedom + t * t
  // Near 0 the share of t² keeps the digits, far out that of the degrees of freedom does.
  if (t * t < 1) return 1 - betaRegularised((t * t) / whole, { a: 0.5, b: a })
  return betaRegularised(degreesOfFreedom / whole, { a, b: 0.5 })
}

/** The z > 0 with P(|Z| > z) = 1 - level. */
export function normalReach(level: number): number {
  return solveDecreasing(normalTwoSided, 1 - level)
}

/** The t > 0 with P(|T| > t) = 1 - level. */
export function studentReach(level: number, degreesOfFreedom: number): number {
  return solveDecreasing((t) => studentTwoSided(t, degreesOfFreedom), 1 - level)
}

/** Where a function that falls from 1 at 0 towards 0 reaches a value. */
function solveDecreasing(f: (x: number) => number, target: number): number {
  let high = 1
  while (f(high) > target) high *= 2
  let low = 0
  for (;;) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) return middle
    if (f(middle) > target) low = middle
    else high = middle
  }
}

/** Throws RangeError, in the name of the function called, unless `level` lies between 0 and 1. */
export function requireLevel(level: number, caller: string): void {
  if (!(level > 0 && level < 1)) throw new RangeError(`${caller}: expected a level between 0 and 1, got ${level}`)
}
