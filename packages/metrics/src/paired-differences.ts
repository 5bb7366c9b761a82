/**
 * Differences x - y of paired values, checked: the paired tests take scores of the same cases under two methods.
 *
 * @module
 */
import type { PairedValues } from './paired-values.ts'

/**
 * x - y, item by item.
 *
 * @throws RangeError, in the name of `caller`, for lists of unequal length, fewer pairs than `atLeast` (default 1) or a
 *   value that is not finite: an undefined score must be left out knowingly, in both lists.
 */
export function pairedDifferences(
  { x, y }: PairedValues,
  { caller = 'pairedDifferences', atLeast = 1 }: { readonly caller?: string; readonly atLeast?: number } = {},
): Float64Array {
  if (x.length !== y.length) {
    throw new RangeError(`${caller}: expected lists of equal length, got ${x.length} (x) and ${y.length} (y)`)
  }
  if (x.length < atLeast) throw new RangeError(`${caller}: expected at least ${atLeast} pairs, got ${x.length}`)
  const differences = Float64Array.from({ length: x.length }, (_, i) => x[i] - y[i])
  const odd = differences.findIndex((value) => !Number.isFinite(value))
  if (odd >= 0) throw new RangeError(`${caller}: expected finite values, got ${x[odd]} and ${y[odd]} at pair ${odd}`)
  return differences
}
