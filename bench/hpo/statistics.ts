/**
 * Comparing two sets of runs: Mann-Whitney's U with ties (normal approximation, continuity corrected), Holm's correction.
 *
 * @module
 */

export interface Samples {
  readonly ours: readonly number[]
  readonly theirs: readonly number[]
}

/** Mean rank of each side among all runs (1 the smallest, equal values share), and the two-sided p. */
export interface RankTest {
  readonly ours: number
  readonly theirs: number
  readonly p: number
}

/** The test of two sets of runs; p is 1 when all values are equal or a set is empty. */
export function mannWhitney({ ours, theirs }: Samples): RankTest {
  const all = [...ours, ...theirs].sort((one, other) => one - other)
  const rankOf = new Map<number, number>()
  let ties = 0
  for (let start = 0; start < all.length;) {
    let end = start
    while (end < all.length && all[end] === all[start]) end++
    rankOf.set(all[start], (start + 1 + end) / 2)
    ties += (end - start) ** 3 - (end - start)
    start = end
  }
  const rankSum = (values: readonly number[]) => values.reduce((sum, value) => sum + (rankOf.get(value) as number), 0)
  const [n, m] = [ours.length, theirs.length]
  const u = rankSum(ours) - (n * (n + 1)) / 2
  const variance = ((n * m) / 12) * (n + m + 1 - ties / ((n + m) * (n + m - 1)))
  const z = variance > 0 ? Math.max(0, Math.abs(u - (n * m) / 2) - 0.5) / Math.sqrt(variance) : 0
  return { ours: rankSum(ours) / n, theirs: rankSum(theirs) / m, p: z === 0 ? 1 : Math.min(1, 2 * upperTail(z)) }
}

/** Holm's step-down correction, in the order given. */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((_, index) => index).sort((one, other) => ps[one] - ps[other])
  const corrected = new Array<number>(ps.length)
  let largest = 0
  order.forEach((index, place) => {
    largest = Math.max(largest, Math.min(1, (ps.length - place) * ps[index]))
    corrected[index] = largest
  })
  return corrected
}

/** P(Z > z) for z >= 0 (Abramowitz and Stegun 26.2.17, error below 1e-7). */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z)
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series
}
