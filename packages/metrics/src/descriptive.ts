/**
 * Mean, standard deviation, percentile and median of a list of numbers.
 *
 * The standard deviation is the sample's (divided by n - 1). Percentiles interpolate linearly between order statistics
 * at position p (n - 1) / 100: NumPy's default, type 7 of Hyndman and Fan (1996). A list that is too short gives NaN,
 * and NaN in the list gives NaN.
 *
 * @module
 */

/** Arithmetic mean; NaN for an empty list. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]
  return sum / values.length
}

/** Sample standard deviation (n - 1); NaN for fewer than two values and where the mean is not finite. */
export function std(values: ArrayLike<number>): number {
  const centre = mean(values)
  let squares = 0
  for (let i = 0; i < values.length; i++) squares += (values[i] - centre) ** 2
  return values.length < 2 ? NaN : Math.sqrt(squares / (values.length - 1))
}

/** The 50th percentile; NaN for an empty list. */
export function median(values: ArrayLike<number>): number {
  return percentile(values, 50)
}

/**
 * The `percent`-th percentile, linear between order statistics; NaN for an empty list. Infinite values are allowed.
 *
 * @throws RangeError unless `percent` lies in [0, 100].
 * @example
 * percentile([1, 2, 3, 4], 95) // => 3.85
 */
export function percentile(values: ArrayLike<number>, percent: number): number {
  if (!(percent >= 0 && percent <= 100)) {
    throw new RangeError(`percentile: expected a percentage between 0 and 100, got ${percent}`)
  }
  const sorted = Float64Array.from(values).sort() // sorts NaN to the end
  if (sorted.length === 0 || Number.isNaN(sorted[sorted.length - 1])) return NaN
  const position = (percent / 100) * (sorted.length - 1)
  const below = Math.floor(position)
  const fraction = position - below
  const above = Math.min(below + 1, sorted.length - 1)
  // Equal neighbours first: Infinity - Infinity and 0 * Infinity would be NaN.
  if (fraction === 0 || sorted[below] === sorted[above]) return sorted[below]
  return sorted[below] + (sorted[above] - sorted[below]) * fraction
}
