/**
 * A table of counts as the tests of independence take it: rows of equal length, every row and column in use.
 *
 * @module
 */

/** Counts as rows. */
export type CountTable = readonly (readonly number[])[]

/** Totals of a table. */
export interface TableTotals {
  readonly rows: readonly number[]
  readonly columns: readonly number[]
  readonly total: number
}

/** Throws RangeError, in the name of the function called, unless the table is one; gives its totals. */
export function requireTable(table: CountTable, caller: string): TableTotals {
  const fail = (expected: string, got: string) => {
    throw new RangeError(`${caller}: expected ${expected}, got ${got}`)
  }
  const width = table[0]?.length ?? 0
  const uneven = table.findIndex((row) => row.length !== width)
  if (uneven > 0) fail('rows of equal length', `${width} (row 0) and ${table[uneven].length} (row ${uneven})`)
  if (table.length < 2 || width < 2) fail('at least 2 rows and 2 columns', `${table.length} x ${width}`)
  const odd = table.flat().find((count) => !Number.isSafeInteger(count) || count < 0)
  if (odd !== undefined) fail('whole counts >= 0', String(odd))
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  const rows = table.map(sum)
  const columns = table[0].map((_, j) => sum(table.map((row) => row[j])))
  if (rows.includes(0)) fail('a count in every row', `none in row ${rows.indexOf(0)}`)
  if (columns.includes(0)) fail('a count in every column', `none in column ${columns.indexOf(0)}`)
  return { rows, columns, total: sum(rows) }
}
