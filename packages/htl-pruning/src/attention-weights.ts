/**
 * What attending to a set H of cases means in numbers:
 *
 * w_i = 1 + strength d_i / mean of d over H for i in H, and w_i = 1 otherwise.
 *
 * So the mean weight over H is 1 + strength whatever the scores' scale is, and sets attended to by different scores differ
 * only in who is in them. The form is our choice; the paper's rule is not public.
 *
 * @module
 */

export interface AttentionWeightOptions {
  /** Indices of H. */
  readonly set: readonly number[]
  /** At least 0; default 1, which doubles the mean weight of H. */
  readonly strength?: number
}

/**
 * The weights of all cases. Scores below 0 count as 0; where all of H's are 0 every member weighs 1 + strength.
 *
 * @throws RangeError for a negative strength, a member without a case, or a member whose score is NaN
 *
 * @example
 * attentionWeights([0.2, 0.6, 0], { set: [0, 1], strength: 1 }) // => [1.5, 2.5, 1]
 */
export function attentionWeights(scores: ArrayLike<number>, options: AttentionWeightOptions): number[] {
  const { set, strength = 1 } = options
  if (!(strength >= 0 && Number.isFinite(strength))) {
    throw new RangeError(`attentionWeights: expected a strength of at least 0, got ${strength}`)
  }
  const weights = Array.from(scores, () => 1)
  const values = set.map((index) => {
    const score = scores[index] as number | undefined
    if (score === undefined || Number.isNaN(score)) {
      throw new RangeError(`attentionWeights: expected a score for case ${index}, got ${score}`)
    }
    return Math.max(0, score)
  })
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  set.forEach((index, i) => {
    weights[index] = 1 + strength * (mean > 0 ? values[i] / mean : 1)
  })
  return weights
}
