/**
 * Percentile of weighted values without interpolation: the smallest value up to which at least the given share of the
 * whole weight lies.
 *
 * @module
 */

/** Values and their weights, item by item. */
export interface WeightedValues {
  readonly values: Float64Array
  readonly weights: Float64Array
}

/** The `percent`-th percentile; NaN for an empty list. Infinite values are allowed, NaN is not. */
export function weightedPercentile({ values, weights }: WeightedValues, percent: number): number {
  if (!(percent >= 0 && percent <= 100)) {
    throw new RangeError(`percentile: expected a percentage between 0 and 100, got ${percent}`)
  }
  if (values.length === 0) return NaN
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const wanted = (percent / 100) * total
  // Bisection over the sorted values; sorting them with their weights would take a comparison function, far slower.
  const sorted = Float64Array.from(values).sort()
  let low = 0
  let high = sorted.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (weightUpTo(sorted[middle], { values, weights }) >= wanted) high = middle
    else low = middle + 1
  }
  return sorted[low]
}

function weightUpTo(limit: number, { values, weights }: WeightedValues): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) if (values[i] <= limit) sum += weights[i]
  return sum
}
