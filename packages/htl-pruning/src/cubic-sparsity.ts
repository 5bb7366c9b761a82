/**
 * The gradual schedule of Zhu and Gupta 2017 (arXiv:1710.01878), used by Hooker et al. 2019:
 * s(t) = final + (initial - final) (1 - p)^3, p = (t - begin) / (end - begin) held within [0, 1].
 *
 * It rises fast while many weights can go and slows down towards the end.
 *
 * @module
 */

export interface CubicSparsityOptions {
  /** The step (or epoch) of the last initial value. */
  readonly begin: number
  /** The step of the first final value; greater than `begin`. */
  readonly end: number
  /** In [0, 1), default 0. */
  readonly initial?: number
  /** In (0, 1), not below `initial`. */
  readonly final: number
}

/**
 * Sparsity by step.
 *
 * The values are for masks only where they exceed 0: until `begin`, with an initial sparsity of 0, nothing is pruned.
 *
 * @throws RangeError for an end not after the beginning or sparsities out of range
 *
 * @example
 * cubicSparsity({ begin: 0, end: 10, final: 0.8 })(5) // => 0.7
 */
export function cubicSparsity(options: CubicSparsityOptions): (step: number) => number {
  const { begin, end, initial = 0, final } = options
  if (!(end > begin)) throw new RangeError(`cubicSparsity: expected an end after ${begin}, got ${end}`)
  if (!(initial >= 0 && initial <= final && final > 0 && final < 1)) {
    throw new RangeError(`cubicSparsity: expected 0 <= initial <= final < 1, got ${initial} and ${final}`)
  }
  return (step) => {
    const progress = Math.min(1, Math.max(0, (step - begin) / (end - begin)))
    return final + (initial - final) * (1 - progress) ** 3
  }
}
