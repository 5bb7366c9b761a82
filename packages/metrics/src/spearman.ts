/**
 * Spearman's rank correlation: Pearson's coefficient of the ranks, ties sharing their average rank (Spearman 1904;
 * this form, unlike 1 - 6 sum d^2 / (n^3 - n), stays right with ties).
 *
 * @module
 */
import { hasNoSpread, requirePairs, type PairedValues } from './paired-values.ts'
import { productMoment } from './pearson.ts'
import { averageRanks } from './ranks.ts'

/**
 * Rank correlation in [-1, 1]; unchanged by any increasing transform; NaN if a list is constant or holds NaN.
 *
 * @throws RangeError for fewer than three pairs or lists of unequal length.
 */
export function spearman(pairs: PairedValues): number {
  requirePairs(pairs, 'spearman')
  if (hasNoSpread(pairs.x) || hasNoSpread(pairs.y)) return NaN
  return productMoment({ x: averageRanks(pairs.x), y: averageRanks(pairs.y) })
}
