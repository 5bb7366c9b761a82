/**
 * Calibration of foreground probabilities against a binary reference.
 *
 * Expected calibration error: Σ over bins of (share of voxels) · |mean probability - share of foreground|, with bins of
 * equal width (Naeini 2015). The probability of the foreground is binned, as torchmetrics does for binary tasks, not the
 * confidence of the likelier class. Brier score: mean of (probability - reference)² (Brier 1950).
 *
 * Both are taken over the voxels given; over a whole image the easy background dominates, so hand in a region of
 * interest. Without voxels they are NaN. An empty reference is no special case: the right probability is then 0.
 *
 * @module
 */

/** Probabilities of the foreground in [0, 1] and the reference mask, non-zero being foreground. */
export interface ProbabilityPair {
  readonly probabilities: ArrayLike<number>
  readonly reference: ArrayLike<number>
}

/** Calibration error over bins. */
export interface CalibrationError {
  /** Weighted by the voxels in each bin, in [0, 1]. */
  readonly expected: number
  /** That of the worst bin in use. */
  readonly maximum: number
}

/**
 * Expected and maximum calibration error; a probability of 1 belongs to the last bin.
 *
 * @throws RangeError for lists of unequal length, a probability outside [0, 1] or fewer than one bin.
 */
export function calibrationError(
  pair: ProbabilityPair,
  { bins = 15 }: { readonly bins?: number } = {},
): CalibrationError {
  requireProbabilities(pair, 'calibrationError')
  if (!Number.isInteger(bins) || bins < 1) {
    throw new RangeError(`calibrationError: expected at least 1 bin, got ${bins}`)
  }
  const { probabilities, reference } = pair
  const counts = new Float64Array(bins)
  const gaps = new Float64Array(bins)
  for (let i = 0; i < reference.length; i++) {
    const bin = Math.min(bins - 1, Math.floor(probabilities[i] * bins))
    counts[bin]++
    gaps[bin] += probabilities[i] - (reference[i] !== 0 ? 1 : 0)
  }
  if (reference.length === 0) return { expected: NaN, maximum: NaN }
  const errors = gaps.map((gap, bin) => (counts[bin] > 0 ? Math.abs(gap / counts[bin]) : 0))
  const total = gaps.reduce((sum, gap) => sum + Math.abs(gap), 0)
  return { expected: total / reference.length, maximum: Math.max(...errors) }
}

/**
 * Mean squared error of the probabilities, in [0, 1]; 0.25 is what 0.5 everywhere gets; NaN without voxels.
 *
 * @throws RangeError for lists of unequal length or a probability outside [0, 1].
 */
export function brierScore(pair: ProbabilityPair): number {
  requireProbabilities(pair, 'brierScore')
  const { probabilities, reference } = pair
  let sum = 0
  for (let i = 0; i < reference.length; i++) sum += (probabilities[i] - (reference[i] !== 0 ? 1 : 0)) ** 2
  return sum / reference.length
}

function requireProbabilities({ probabilities, reference }: ProbabilityPair, caller: string): void {
  if (probabilities.length !== reference.length) {
    throw new RangeError(
      `${caller}: expected lists of equal length, got ${probabilities.length} (probabilities) and ${reference.length} (reference)`,
    )
  }
  for (let i = 0; i < probabilities.length; i++) {
    if (probabilities[i] >= 0 && probabilities[i] <= 1) continue
    throw new RangeError(`${caller}: expected probabilities between 0 and 1, got ${probabilities[i]} at ${i}`)
  }
}
