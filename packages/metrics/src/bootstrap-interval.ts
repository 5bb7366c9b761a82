/**
 * Percentile bootstrap interval of a correlation (Efron and Tibshirani 1993, chapter 13).
 *
 * Pairs are drawn together, with replacement, as many as there are; the interval runs between the (1 - level)/2 and
 * (1 + level)/2 percentiles of the statistic over the resamples. A resample may be constant in x or y, so that its
 * correlation is undefined: such resamples are left out and counted in `degenerate`. With few pairs that share is not
 * small (three pairs: one in nine) and the interval is then conditional on a defined correlation.
 *
 * @module
 */
import { createRng, type Rng } from '@leanvox/random'
import { percentile } from './descriptive.ts'
import { kendall } from './kendall.ts'
import { requirePairs, type PairedValues } from './paired-values.ts'
import { pearson } from './pearson.ts'
import { spearman } from './spearman.ts'

const STATISTICS = { pearson, spearman, kendall }

/** The name of a correlation of this package. */
export type CorrelationName = keyof typeof STATISTICS

/** A statistic with its interval. */
export interface BootstrapInterval {
  /** The statistic of the data themselves. */
  readonly estimate: number
  readonly low: number
  readonly high: number
  /** How many resamples gave no defined value and were left out. */
  readonly degenerate: number
}

/** What to compute, and how often. */
export interface BootstrapOptions {
  readonly statistic: CorrelationName | ((pairs: PairedValues) => number)
  /** The same seed gives the same interval. */
  readonly seed: number | string
  readonly resamples?: number
  /** Share of the resamples inside the interval, between 0 and 1. */
  readonly level?: number
}

/**
 * The statistic of paired values with its percentile interval; `low` and `high` are NaN if every resample is degenerate.
 *
 * @throws RangeError for fewer than three pairs, `resamples` below 1 or a `level` outside (0, 1).
 * @example
 * bootstrapInterval({ x: [1, 2, 3, 4], y: [1, 3, 2, 4] }, { statistic: 'spearman', seed: 1 }).estimate // => 0.8
 */
export function bootstrapInterval(
  pairs: PairedValues,
  { statistic, seed, resamples = 2000, level = 0.95 }: BootstrapOptions,
): BootstrapInterval {
  requirePairs(pairs, 'bootstrapInterval')
  if (!Number.isInteger(resamples) || resamples < 1) {
    throw new RangeError(`bootstrapInterval: expected at least 1 resample, got ${resamples}`)
  }
  if (!(level > 0 && level < 1)) {
    throw new RangeError(`bootstrapInterval: expected a level between 0 and 1, got ${level}`)
  }
  const compute = typeof statistic === 'string' ? STATISTICS[statistic] : statistic
  const rng = createRng(seed).split('bootstrap')
  const replicates = Array.from({ length: resamples }, () => compute(resample(pairs, rng)))
  const defined = replicates.filter((value) => !Number.isNaN(value))
  return {
    estimate: compute(pairs),
    low: percentile(defined, 50 * (1 - level)),
    high: percentile(defined, 50 * (1 + level)),
    degenerate: resamples - defined.length,
  }
}

function resample({ x, y }: PairedValues, rng: Rng): PairedValues {
  const drawnX = new Float64Array(x.length)
  const drawnY = new Float64Array(x.length)
  for (let i = 0; i < drawnX.length; i++) {
    const k = rng.integer(x.length)
    drawnX[i] = x[k]
    drawnY[i] = y[k]
  }
  return { x: drawnX, y: drawnY }
}
