/**
 * Two lists of numbers that belong together item by item, such as the scores of the same settings under two networks.
 *
 * Fewer than three pairs say nothing about a correlation (two always lie on a line) and are refused.
 *
 * @module
 */

/** Two lists of equal length, `x[i]` paired with `y[i]`. */
export interface PairedValues {
  readonly x: ArrayLike<number>
  readonly y: ArrayLike<number>
}

/** Throws RangeError, in the name of the function called, unless there are at least three pairs. */
export function requirePairs({ x, y }: PairedValues, caller: string): void {
  if (x.length !== y.length) {
    throw new RangeError(`${caller}: expected lists of equal length, got ${x.length} (x) and ${y.length} (y)`)
  }
  if (x.length < 3) throw new RangeError(`${caller}: expected at least 3 pairs, got ${x.length}`)
}

/** Whether every value is the same, or one is NaN: no correlation is defined then. */
export function hasNoSpread(values: ArrayLike<number>): boolean {
  // Compared exactly: a variance computed from 0.1, 0.1, 0.1 may come out slightly above zero.
  let constant = true
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) return true
    if (values[i] !== values[0]) constant = false
  }
  return constant
}
