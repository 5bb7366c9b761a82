/**
 * Pearson's chi-square test of independence in a table of counts: Σ (observed - expected)² / expected with
 * (rows - 1)(columns - 1) degrees of freedom, expected = row total · column total / total (Pearson 1900, Fisher 1922).
 *
 * Yates' correction (1934) takes up to 0.5 off each difference, never past zero, and is for 2 × 2 tables only. The p-value
 * is approximate: the usual rule asks for expected counts of at least 5 (Cochran 1954), hence `smallestExpected`; below
 * that `fisherExact` is exact for 2 × 2 tables.
 *
 * @module
 */
import { requireTable, type CountTable } from './count-table.ts'
import { chiSquareUpper } from './distributions.ts'

/** The outcome of a chi-square test. */
export interface ChiSquareResult {
  readonly statistic: number
  readonly degreesOfFreedom: number
  readonly p: number
  /** Counts expected under independence, as rows. */
  readonly expected: readonly (readonly number[])[]
  readonly smallestExpected: number
}

/**
 * Tests whether rows and columns of a table of counts are independent.
 *
 * @throws RangeError for fewer than two rows or columns, rows of unequal length, a count that is no whole number >= 0,
 *   a row or column without any count, or `yates` with a table larger than 2 × 2.
 * @example
 * chiSquareTest([[12, 5], [7, 19]]).p // => 0.0046...
 */
export function chiSquareTest(
  table: CountTable,
  { yates = false }: { readonly yates?: boolean } = {},
): ChiSquareResult {
  const { rows, columns, total } = requireTable(table, 'chiSquareTest')
  const degreesOfFreedom = (rows.length - 1) * (columns.length - 1)
  if (yates && degreesOfFreedom > 1) {
    throw new RangeError(`chiSquareTest: expected a 2 x 2 table for Yates, got ${rows.length} x ${columns.length}`)
  }
  const expected = rows.map((row) => columns.map((column) => (row * column) / total))
  let statistic = 0
  table.forEach((row, i) =>
    row.forEach((count, j) => {
      const difference = Math.abs(count - expected[i][j])
      statistic += (difference - (yates ? Math.min(0.5, difference) : 0)) ** 2 / expected[i][j]
    }),
  )
  const p = chiSquareUpper(statistic, degreesOfFreedom)
  return { statistic, degreesOfFreedom, p, expected, smallestExpected: Math.min(...expected.flat()) }
}
