/**
 * Overlap of index sets: Jaccard 1912, J(A, B) = |A and B| / |A or B|, over seeds or rounds, beside the overlap that
 * chance alone gives. An HTL set that repeats no better than chance means nothing.
 *
 * @module
 */

/** J of two sets of indices, in [0, 1]; repeated indices count once; NaN for two empty sets, 0 if one is empty. */
export function jaccard(a: readonly number[], b: readonly number[]): number {
  const first = new Set(a)
  const second = new Set(b)
  let shared = 0
  for (const index of first) if (second.has(index)) shared++
  return shared / (first.size + second.size - shared)
}

/**
 * Expected J of two independent random sets of the given sizes out of `total`:
 * the sum over i of P(i) i / (sizeA + sizeB - i), with i hypergeometric.
 *
 * @throws RangeError for sizes that are no whole numbers in [0, total]
 */
export function chanceJaccard([sizeA, sizeB]: readonly [number, number], total: number): number {
  for (const size of [sizeA, sizeB]) {
    if (!Number.isInteger(size) || size < 0 || size > total) {
      throw new RangeError(`chanceJaccard: expected sizes within 0 and ${total}, got ${size}`)
    }
  }
  const logFactorial = logFactorials(total)
  const logChoose = (n: number, k: number) => logFactorial[n] - logFactorial[k] - logFactorial[n - k]
  let expected = 0
  for (let i = Math.max(0, sizeA + sizeB - total); i <= Math.min(sizeA, sizeB); i++) {
    const logP = logChoose(sizeA, i) + logChoose(total - sizeA, sizeB - i) - logChoose(total, sizeB)
    expected += (Math.exp(logP) * i) / (sizeA + sizeB - i)
  }
  return sizeA + sizeB === 0 ? NaN : expected
}

/** How well sets repeat. */
export interface Stability {
  /** J of every pair of sets, row major over pairs (0, 1), (0, 2), ..., (1, 2), ... */
  readonly pairs: readonly number[]
  readonly mean: number
  readonly min: number
  /** Mean over the pairs of what random sets of the same sizes would give. */
  readonly chance: number
}

/**
 * Pairwise overlap of the sets of several seeds or rounds, drawn from `total` cases. With fewer than two sets there is no
 * pair and mean, min and chance are NaN.
 */
export function stability(sets: readonly (readonly number[])[], { total }: { readonly total: number }): Stability {
  const pairs: number[] = []
  const chances: number[] = []
  sets.forEach((a, i) => {
    for (const b of sets.slice(i + 1)) {
      pairs.push(jaccard(a, b))
      chances.push(chanceJaccard([new Set(a).size, new Set(b).size], total))
    }
  })
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  return { pairs, mean: mean(pairs), min: pairs.length ? Math.min(...pairs) : NaN, chance: mean(chances) }
}

function logFactorials(n: number): Float64Array {
  const table = new Float64Array(n + 1)
  for (let i = 2; i <= n; i++) table[i] = table[i - 1] + Math.log(i)
  return table
}
