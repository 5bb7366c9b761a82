/**
 * The one-sided signed-rank test (Wilcoxon, 1945): whether differences lie above zero.
 *
 * Equal sizes share their mean rank; zero differences are split between both sides (Pratt's ranks, "zsplit"). Up to 50
 * differences the p-value is exact: every assignment of signs to the ranks is counted (ranks doubled, so that halves are
 * whole). Beyond it is the normal approximation with the variance of the ranks.
 *
 * @module
 */
import { logNormalCdf } from './normal.ts'

const MOST_EXACT = 50

/** The chance of rank sums as high when the differences are symmetric about zero; 1 for no differences. */
export function signedRankPValue(differences: readonly number[]): number {
  const ranks = doubledRanks(differences.map(Math.abs))
  let above = 0
  const free: number[] = []
  differences.forEach((difference, index) => {
    // Half of a zero's rank on either side shifts the sum and its mean alike, so zeros only take part in the ranking.
    if (difference !== 0) free.push(ranks[index])
    if (difference > 0) above += ranks[index]
  })
  if (free.length === 0) return 1
  return differences.length <= MOST_EXACT ? exactTail(free, above) : normalTail(free, above)
}

/** Twice the mean rank of each value, from 2 on. */
function doubledRanks(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((one, other) => values[one] - values[other])
  const ranks = new Array<number>(values.length)
  for (let from = 0; from < order.length;) {
    let to = from
    while (to < order.length && values[order[to]] === values[order[from]]) to++
    for (let place = from; place < to; place++) ranks[order[place]] = from + 1 + to
    from = to
  }
  return ranks
}

/** Share of the sign assignments whose positive ranks sum to `above` or more. */
function exactTail(ranks: readonly number[], above: number): number {
  const most = ranks.reduce((sum, rank) => sum + rank, 0)
  let chances = new Float64Array(most + 1)
  chances[0] = 1
  for (const rank of ranks) {
    const next = new Float64Array(most + 1)
    for (let sum = 0; sum <= most; sum++) {
      if (chances[sum] === 0) continue
      next[sum] += chances[sum] / 2
      next[sum + rank] += chances[sum] / 2
    }
    chances = next
  }
  let tail = 0
  for (let sum = most; sum >= above; sum--) tail += chances[sum]
  return tail
}

function normalTail(ranks: readonly number[], above: number): number {
  const mean = ranks.reduce((sum, rank) => sum + rank, 0) / 2
  const variance = ranks.reduce((sum, rank) => sum + rank * rank, 0) / 4
  return Math.exp(logNormalCdf((mean - above) / Math.sqrt(variance)))
}
