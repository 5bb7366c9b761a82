/**
 * What the percentile bootstraps share: checked options, and the interval between the (1 - level)/2 and (1 + level)/2
 * percentiles of the resampled statistic (Efron and Tibshirani 1993, chapter 13).
 *
 * @module
 */
import { createRng, type Rng } from '@leanvox/random'
import { percentile } from './descriptive.ts'
import { requireLevel } from './distributions.ts'

/** A statistic with its interval. */
export interface BootstrapInterval {
  /** The statistic of the data themselves. */
  readonly estimate: number
  readonly low: number
  readonly high: number
  /** How many resamples gave no defined value and were left out. */
  readonly degenerate: number
}

/** How often to resample. */
export interface ResamplingOptions {
  /** The same seed gives the same interval. */
  readonly seed: number | string
  /** Default 2000. */
  readonly resamples?: number
  /** Share of the resamples inside the interval, between 0 and 1; default 0.95. */
  readonly level?: number
}

/** Draws the statistic again and again; `low` and `high` are NaN if no draw is defined. */
export function percentileInterval(
  estimate: number,
  draw: (rng: Rng) => number,
  { seed, resamples = 2000, level = 0.95, caller }: ResamplingOptions & { readonly caller: string },
): BootstrapInterval {
  if (!Number.isInteger(resamples) || resamples < 1) {
    throw new RangeError(`${caller}: expected at least 1 resample, got ${resamples}`)
  }
  requireLevel(level, caller)
  const rng = createRng(seed).split('bootstrap')
  const replicates = Array.from({ length: resamples }, () => draw(rng))
  const defined = replicates.filter((value) => !Number.isNaN(value))
  return {
    estimate,
    low: percentile(defined, 50 * (1 - level)),
    high: percentile(defined, 50 * (1 + level)),
    degenerate: resamples - defined.length,
  }
}
