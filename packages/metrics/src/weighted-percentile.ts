/**
 * Percentile of weighted values without interpolation: the smallest value up to which at least the given share of the
 * whole weight lies.
 *
 * Weights are summed up in bins of equal width first, and only the bin with the answer is sorted.
 *
 * @module
 */

/** Values of at least 0, and their weights, item by item. */
export interface WeightedValues {
  readonly values: Float64Array
  readonly weights: Float64Array
}

const BINS = 4096

/** The `percent`-th percentile; NaN for an empty list. Infinite values are allowed, NaN and negative ones are not. */
export function weightedPercentile(all: WeightedValues, percent: number): number {
  if (!(percent >= 0 && percent <= 100)) {
    throw new RangeError(`percentile: expected a percentage between 0 and 100, got ${percent}`)
  }
  const { values } = all
  if (values.length === 0) return NaN
  let largest = 0
  for (let i = 0; i < values.length; i++) if (values[i] > largest && values[i] < Infinity) largest = values[i]
  const bins = weightsOfBins(all, largest)
  let total = 0
  for (const weight of bins) total += weight
  const wanted = (percent / 100) * total
  let below = 0
  let bin = 0
  while (bin < BINS && below + bins[bin] < wanted) below += bins[bin++]
  return withinBin(all, { bin, below, wanted, largest })
}

/** Infinite values have the bin after the last. */
function binOf(value: number, largest: number): number {
  return value === Infinity ? BINS : largest === 0 ? 0 : Math.min(BINS - 1, Math.floor((value / largest) * BINS))
}

function weightsOfBins({ values, weights }: WeightedValues, largest: number): Float64Array {
  const bins = new Float64Array(BINS + 1)
  for (let i = 0; i < values.length; i++) bins[binOf(values[i], largest)] += weights[i]
  return bins
}

interface BinSearch {
  readonly bin: number
  /** Weight in the bins before. */
  readonly below: number
  readonly wanted: number
  readonly largest: number
}

function withinBin({ values, weights }: WeightedValues, { bin, below, wanted, largest }: BinSearch): number {
  const items: number[] = []
  for (let i = 0; i < values.length; i++) if (binOf(values[i], largest) === bin) items.push(i)
  if (bin < BINS) items.sort((a, b) => values[a] - values[b])
  let sum = below
  for (const item of items) {
    sum += weights[item]
    if (sum >= wanted) return values[item]
  }
  // Rounding of sums in another order may leave a hair.
  return items.length > 0 ? values[items[items.length - 1]] : largest
}
