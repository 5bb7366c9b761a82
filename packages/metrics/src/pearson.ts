/**
 * Pearson's product-moment correlation, r = sum (x - mx)(y - my) / sqrt(sum (x - mx)^2 sum (y - my)^2), computed from
 * centred values (two passes) so that a large common offset costs no digits.
 *
 * @module
 */
import { mean } from './descriptive.ts'
import { hasNoSpread, requirePairs, type PairedValues } from './paired-values.ts'

/**
 * Linear correlation in [-1, 1]; NaN if a list is constant or holds NaN.
 *
 * @throws RangeError for fewer than three pairs or lists of unequal length.
 */
export function pearson(pairs: PairedValues): number {
  requirePairs(pairs, 'pearson')
  return productMoment(pairs)
}

/** Pearson's coefficient without the check of the number of pairs. */
export function productMoment({ x, y }: PairedValues): number {
  if (hasNoSpread(x) || hasNoSpread(y)) return NaN
  const meanX = mean(x)
  const meanY = mean(y)
  let xx = 0
  let yy = 0
  let xy = 0
  for (let i = 0; i < x.length; i++) {
    xx += (x[i] - meanX) ** 2
    yy += (y[i] - meanY) ** 2
    xy += (x[i] - meanX) * (y[i] - meanY)
  }
  return Math.max(-1, Math.min(1, xy / geometricMean(xx, yy)))
}

// The root of the product is exact where both are equal, so that a list correlates with itself at 1 and not just below;
// where the product would leave the range of doubles the product of the roots does not.
function geometricMean(a: number, b: number): number {
  const product = a * b
  return product > 1e-290 && product < 1e290 ? Math.sqrt(product) : Math.sqrt(a) * Math.sqrt(b)
}
