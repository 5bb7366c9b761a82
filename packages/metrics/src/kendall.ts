/**
 * Kendall's tau-b: (concordant - discordant) / sqrt((n0 - tx)(n0 - ty)), n0 = n(n - 1)/2 pairs of items, tx and ty those
 * tied in x and in y (Kendall 1945). Counted over all pairs of items, O(n^2), which is fast enough for thousands.
 *
 * @module
 */
import { hasNoSpread, requirePairs, type PairedValues } from './paired-values.ts'

/**
 * Rank correlation tau-b in [-1, 1]; unchanged by any increasing transform; NaN if a list is constant or holds NaN.
 *
 * @throws RangeError for fewer than three pairs or lists of unequal length.
 */
export function kendall(pairs: PairedValues): number {
  requirePairs(pairs, 'kendall')
  const { x, y } = pairs
  if (hasNoSpread(x) || hasNoSpread(y)) return NaN
  let balance = 0
  let untiedX = 0
  let untiedY = 0
  for (let i = 1; i < x.length; i++) {
    for (let j = 0; j < i; j++) {
      const orderX = order(x[i], x[j])
      const orderY = order(y[i], y[j])
      balance += orderX * orderY
      untiedX += Math.abs(orderX)
      untiedY += Math.abs(orderY)
    }
  }
  return balance / Math.sqrt(untiedX * untiedY)
}

function order(a: number, b: number): number {
  return a > b ? 1 : a < b ? -1 : 0
}
