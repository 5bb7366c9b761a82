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
import type { Rng } from '@leanvox/random'
import { kendall } from './kendall.ts'
import { requirePairs, type PairedValues } from './paired-values.ts'
import { pearson } from './pearson.ts'
import { percentileInterval, type BootstrapInterval, type ResamplingOptions } from './resampling.ts'
import { spearman } from './spearman.ts'

const STATISTICS = { pearson, spearman, kendall }

/** The name of a correlation of this package. */
export type CorrelationName = keyof typeof STATISTICS

/** What to compute, and how often. */
export interface BootstrapOptions extends ResamplingOptions {
  readonly statistic: CorrelationName | ((pairs: PairedValues) => number)
}

/**
 * The statistic of paired values with its percentile interval; `low` and `high` are NaN if every resample is degenerate.
 *
 * @throws RangeError for fewer than three pairs, `resamples` below 1 or a `level` outside (0, 1).
 * @example
 * bootstrapInterval({ x: [1, 2, 3, 4], y: [1, 3, 2, 4] }, { statistic: 'spearman', seed: 1 }).estimate // => 0.8
 */
export function bootstrapInterval(pairs: PairedValues, options: BootstrapOptions): BootstrapInterval {
  requirePairs(pairs, 'bootstrapInterval')
  const { statistic, ...resampling } = options
  const compute = typeof statistic === 'string' ? STATISTICS[statistic] : statistic
  const draw = (rng: Rng) => compute(resample(pairs, rng))
  return percentileInterval(compute(pairs), draw, { ...resampling, caller: 'bootstrapInterval' })
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
