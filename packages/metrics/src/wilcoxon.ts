/**
 * Wilcoxon's signed-rank test of paired values (Wilcoxon 1945): are the differences x - y symmetric about 0?
 *
 * Zero differences are dropped, as Wilcoxon did; the others are ranked by size, ties sharing their mean rank. With at most
 * 50 differences the p-value is exact: all 2ⁿ signs are equally likely and the number of ways to each rank sum follows by
 * recursion; mean ranks are halves, so with ties it runs over twice the ranks (what scipy's permutation of all signs gives;
 * its tables and its default with more than 13 pairs know no ties). Otherwise the normal approximation is used, with the
 * variance corrected for ties and a continuity correction of 0.5 (scipy's `correction=True`). Two-sided p is twice the
 * smaller tail, at most 1.
 *
 * @module
 */
import { normalUpper } from './distributions.ts'
import type { Alternative } from './fisher-exact.ts'
import { pairedDifferences } from './paired-differences.ts'
import type { PairedValues } from './paired-values.ts'
import { averageRanks } from './ranks.ts'

const LARGEST_EXACT = 50

/** The outcome of a signed-rank test. */
export interface WilcoxonResult {
  /** Sum of the ranks of positive differences. */
  readonly rankSumPositive: number
  /** Sum of the ranks of negative differences. */
  readonly rankSumNegative: number
  readonly p: number
  /** How the p-value was found. */
  readonly method: 'exact' | 'normal'
  /** Pairs that differ. */
  readonly used: number
  /** Pairs without a difference, dropped. */
  readonly zeros: number
}

/** How to test; 'auto' is exact where it can be. */
export interface WilcoxonOptions {
  readonly alternative?: Alternative
  readonly method?: 'auto' | 'normal'
}

/**
 * Tests paired values; if no pair differs there is nothing to test and p is 1.
 *
 * @throws RangeError for no pairs, lists of unequal length or values that are not finite.
 * @example
 * wilcoxonSignedRank({ x: [0.9, 0.8, 0.7], y: [0.8, 0.6, 0.4] }).p // => 0.25
 */
export function wilcoxonSignedRank(
  pairs: PairedValues,
  { alternative = 'two-sided', method = 'auto' }: WilcoxonOptions = {},
): WilcoxonResult {
  const all = pairedDifferences(pairs, { caller: 'wilcoxonSignedRank' })
  const differences = all.filter((value) => value !== 0)
  const ranks = averageRanks(differences.map(Math.abs))
  const rankSumPositive = ranks.reduce((sum, rank, i) => sum + (differences[i] > 0 ? rank : 0), 0)
  const used = differences.length
  const isExact = method === 'auto' && used <= LARGEST_EXACT
  const upper = isExact ? exactUpper(ranks) : normalApproximation(ranks)
  const whole = (used * (used + 1)) / 2
  // The distribution is symmetric: the lower tail is the upper one of the other sum.
  const [greater, less] = [upper(rankSumPositive), upper(whole - rankSumPositive)]
  return {
    rankSumPositive,
    rankSumNegative: whole - rankSumPositive,
    p: alternative === 'greater' ? greater : alternative === 'less' ? less : Math.min(1, 2 * Math.min(greater, less)),
    method: isExact ? 'exact' : 'normal',
    used,
    zeros: all.length - used,
  }
}

/** P(W >= w) over all signs of the ranks, which are whole or halves. */
function exactUpper(ranks: Float64Array): (w: number) => number {
  const n = ranks.length
  const ways = new Float64Array(n * (n + 1) + 1) // by twice the sum
  ways[0] = 1
  for (const rank of ranks) {
    for (let sum = ways.length - 1; sum >= 2 * rank; sum--) ways[sum] += ways[sum - 2 * rank]
  }
  return (w) => ways.subarray(2 * w).reduce((total, count) => total + count, 0) / 2 ** n
}

/** P(W >= w) for a normal W of the right mean and variance: with ties Σ rank² / 4. */
function normalApproximation(ranks: Float64Array): (w: number) => number {
  const mean = ranks.reduce((sum, rank) => sum + rank, 0) / 2
  const deviation = Math.sqrt(ranks.reduce((sum, rank) => sum + rank * rank, 0) / 4)
  return (w) => (deviation === 0 ? 1 : normalUpper((w - 0.5 - mean) / deviation))
}
