/**
 * Ranks from 1, ties sharing the mean of the ranks they cover (midranks), as Spearman's coefficient needs them.
 *
 * @module
 */

/**
 * The rank of each value, smallest first.
 *
 * @example
 * averageRanks([10, 30, 10, 20]) // => Float64Array [1.5, 4, 1.5, 3]
 */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((a, b) => compare(values[a], values[b]))
  const ranks = new Float64Array(values.length)
  for (let start = 0; start < order.length;) {
    let end = start + 1
    while (end < order.length && values[order[end]] === values[order[start]]) end++
    for (let k = start; k < end; k++) ranks[order[k]] = (start + 1 + end) / 2
    start = end
  }
  return ranks
}

// Not a difference: Infinity - Infinity is NaN.
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0
}
