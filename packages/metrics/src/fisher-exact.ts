/**
 * Fisher's exact test of a 2 × 2 table (Fisher 1935): with all margins fixed, the first cell is hypergeometric.
 *
 * Two-sided p: the sum of the probabilities of all tables that are no more likely than the observed one, as R and scipy
 * do; doubling the smaller tail is another convention. The odds ratio is the sample's, ad / bc, not the conditional
 * maximum-likelihood estimate of R.
 *
 * @module
 */
import { requireTable, type CountTable } from './count-table.ts'
import { logGamma } from './special-functions.ts'

/** Which departures from equality count: 'greater' is an odds ratio above 1, or x above y. */
export type Alternative = 'two-sided' | 'greater' | 'less'

/** The outcome of Fisher's test. */
export interface FisherResult {
  /** ad / bc: 0 or Infinity where a cell is empty. */
  readonly oddsRatio: number
  readonly p: number
}

/**
 * Tests whether the odds of the two rows [[a, b], [c, d]] are equal.
 *
 * @throws RangeError for a table that is not 2 × 2, a count that is no whole number >= 0, or an empty row or column.
 * @example
 * fisherExact([[3, 1], [1, 3]]) // => { oddsRatio: 9, p: 0.4857... }
 */
export function fisherExact(
  table: CountTable,
  { alternative = 'two-sided' }: { readonly alternative?: Alternative } = {},
): FisherResult {
  const { rows, columns, total } = requireTable(table, 'fisherExact')
  if (rows.length !== 2 || columns.length !== 2) {
    throw new RangeError(`fisherExact: expected a 2 x 2 table, got ${rows.length} x ${columns.length}`)
  }
  const [[a, b], [c, d]] = table
  const lowest = Math.max(0, rows[0] - columns[1])
  const highest = Math.min(rows[0], columns[0])
  const logProbability = (k: number) =>
    logChoose(columns[0], k) + logChoose(columns[1], rows[0] - k) - logChoose(total, rows[0])
  const observed = logProbability(a)
  let p = 0
  for (let k = lowest; k <= highest; k++) {
    const log = logProbability(k)
    // Equal probabilities differ in their last digits.
    const counts = alternative === 'greater' ? k >= a : alternative === 'less' ? k <= a : log <= observed + 1e-7
    if (counts) p += Math.exp(log)
  }
  return { oddsRatio: (a * d) / (b * c), p: Math.min(1, p) }
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1)
}
