/**
 * Holm's step-down correction for several tests (Holm 1979): with the p-values in ascending order, adjusted p of the
 * i-th (from 0) is the largest of min(1, (n - j) p_j) over j <= i. Rejecting where it is at most α keeps the chance of
 * any false rejection at α, whatever the dependence between the tests, and never rejects less than Bonferroni.
 *
 * @module
 */

/**
 * Adjusted p-values in the order of the input; an empty list gives an empty list.
 *
 * @throws RangeError for a value outside [0, 1]. A test that gave no p-value must be left out knowingly, not passed as NaN.
 * @example
 * holm([0.01, 0.04, 0.03]) // => [0.03, 0.06, 0.06]
 */
export function holm(pValues: ArrayLike<number>): number[] {
  const p = Array.from(pValues)
  const odd = p.findIndex((value) => !(value >= 0 && value <= 1))
  if (odd >= 0) throw new RangeError(`holm: expected p-values between 0 and 1, got ${p[odd]} at ${odd}`)
  const order = p.map((_, i) => i).sort((a, b) => p[a] - p[b])
  const adjusted = new Array<number>(p.length)
  let largest = 0
  order.forEach((test, i) => {
    largest = Math.max(largest, Math.min(1, (p.length - i) * p[test]))
    adjusted[test] = largest
  })
  return adjusted
}
