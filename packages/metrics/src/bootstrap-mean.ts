/**
 * Percentile bootstrap interval of a mean. Given the differences of paired scores it is the interval of the mean paired
 * difference, since pairs are then drawn together.
 *
 * @module
 */
import type { Rng } from '@leanvox/random'
import { mean } from './descriptive.ts'
import { percentileInterval, type BootstrapInterval, type ResamplingOptions } from './resampling.ts'

/**
 * The mean with its percentile interval; values are drawn with replacement, as many as there are.
 *
 * @throws RangeError for fewer than 2 values, a value that is not finite (leave undefined scores out knowingly),
 *   `resamples` below 1 or a `level` outside (0, 1).
 * @example
 * bootstrapMean(pairedDifferences({ x: ours, y: theirs }), { seed: 1 }) // => { estimate, low, high, degenerate: 0 }
 */
export function bootstrapMean(values: ArrayLike<number>, options: ResamplingOptions): BootstrapInterval {
  if (values.length < 2) throw new RangeError(`bootstrapMean: expected at least 2 values, got ${values.length}`)
  const odd = Array.from(values).findIndex((value) => !Number.isFinite(value))
  if (odd >= 0) throw new RangeError(`bootstrapMean: expected finite values, got ${values[odd]} at ${odd}`)
  const draw = (rng: Rng) => {
    let sum = 0
    for (let i = 0; i < values.length; i++) sum += values[rng.integer(values.length)]
    return sum / values.length
  }
  return percentileInterval(mean(values), draw, { ...options, caller: 'bootstrapMean' })
}
