/**
 * The hard-to-learn (HTL) set from disagreement scores: the worst share, or all above a threshold.
 *
 * @module
 */

/** Either the share of the scored cases, in (0, 1], or a threshold that a score must exceed. */
export type HtlRule =
  { readonly fraction: number; readonly threshold?: never } | { readonly threshold: number; readonly fraction?: never }

/**
 * Indices of the HTL set, highest score first, ties by lower index.
 *
 * A fraction q of n defined scores takes max(1, round(q n)) cases; a score that is NaN is neither counted nor taken, and
 * without any defined score the set is empty.
 *
 * @throws RangeError for a fraction outside (0, 1] or a threshold that is no number
 *
 * @example
 * selectHtl([0.1, 0.9, 0.5], { fraction: 0.34 }) // => [1]
 */
export function selectHtl(scores: ArrayLike<number>, rule: HtlRule): number[] {
  const order = worstFirst(scores)
  if (rule.fraction !== undefined) return order.slice(0, shareOf(order.length, rule.fraction))
  const { threshold } = rule
  if (typeof threshold !== 'number' || Number.isNaN(threshold)) {
    throw new RangeError(`selectHtl: expected a fraction or a threshold, got ${JSON.stringify(rule)}`)
  }
  return order.filter((i) => scores[i] > threshold)
}

/** Indices of defined scores, the highest first, ties by lower index. */
export function worstFirst(scores: ArrayLike<number>): number[] {
  const order = Array.from(scores, (_, i) => i).filter((i) => !Number.isNaN(scores[i]))
  return order.sort((a, b) => (scores[a] === scores[b] ? a - b : scores[a] > scores[b] ? -1 : 1))
}

/** How many of `count` cases a fraction takes. */
export function shareOf(count: number, fraction: number): number {
  if (!(fraction > 0 && fraction <= 1))
    throw new RangeError(`selectHtl: expected a fraction in (0, 1], got ${fraction}`)
  return count === 0 ? 0 : Math.max(1, Math.round(fraction * count))
}
