/**
 * Student's t-test of paired values: t = mean(x - y) / (s / √n) with n - 1 degrees of freedom (Student 1908), two-sided,
 * with the matching interval of the mean difference. It supposes normal differences; `wilcoxonSignedRank` does not.
 *
 * @module
 */
import { mean, std } from './descriptive.ts'
import { requireLevel, studentReach, studentTwoSided } from './distributions.ts'
import { pairedDifferences } from './paired-differences.ts'
import type { PairedValues } from './paired-values.ts'

/** The outcome of a paired t-test. */
export interface PairedTResult {
  /** Mean of x - y, with its interval. */
  readonly meanDifference: number
  readonly low: number
  readonly high: number
  readonly t: number
  readonly degreesOfFreedom: number
  readonly p: number
}

/**
 * Tests whether the mean difference is 0. If all differences are the same number, t is infinite and p is 0; if they are
 * all 0, t and p are NaN.
 *
 * @throws RangeError for fewer than 2 pairs, lists of unequal length, values that are not finite or a `level` outside (0, 1).
 */
export function pairedTTest(pairs: PairedValues, { level = 0.95 }: { readonly level?: number } = {}): PairedTResult {
  requireLevel(level, 'pairedTTest')
  const differences = pairedDifferences(pairs, { caller: 'pairedTTest', atLeast: 2 })
  const meanDifference = mean(differences)
  const error = std(differences) / Math.sqrt(differences.length)
  const t = meanDifference / error
  const degreesOfFreedom = differences.length - 1
  const reach = error * studentReach(level, degreesOfFreedom)
  const p = studentTwoSided(t, degreesOfFreedom)
  return { meanDifference, low: meanDifference - reach, high: meanDifference + reach, t, degreesOfFreedom, p }
}
