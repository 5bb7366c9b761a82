/**
 * How well each rung ranks hyper-parameter settings as the full network does: the correlation, over the same settings,
 * of the rung's validation scores with the full network's (Nath et al. 2021 compare validation Dice of both networks).
 * Spearman's coefficient is the one to choose by, as a search only needs the order; Pearson and Kendall stand beside it.
 *
 * A setting without a finite score on either side (a failed trial) is left out. With fewer than three settings left
 * there is no correlation: NaN.
 *
 * @module
 */
import { bootstrapInterval, type BootstrapInterval } from '@leanvox/metrics'

/** Correlations of a rung with the full network, each with its bootstrap interval. */
export interface LadderCorrelation {
  readonly spearman: BootstrapInterval
  readonly kendall: BootstrapInterval
  readonly pearson: BootstrapInterval
  /** Spearman's estimate, what `chooseProxy` compares. */
  readonly correlation: number
  /** Lower end of Spearman's interval. */
  readonly correlationLow: number
  /** How many settings entered. */
  readonly settings: number
}

/** The full network's scores, setting by setting, and the bootstrap. */
export interface RankOptions {
  readonly fullScores: readonly number[]
  readonly seed: number | string
  readonly resamples?: number
  readonly level?: number
}

const UNDEFINED: BootstrapInterval = { estimate: NaN, low: NaN, high: NaN, degenerate: 0 }

/**
 * The rungs with their correlations, in the order given. `scores[k]` and `fullScores[k]` belong to the same setting.
 *
 * @throws RangeError if a rung has another number of scores than the full network, or for bad bootstrap options.
 */
export function rankLadder<R extends { readonly name: string; readonly scores: readonly number[] }>(
  rungs: readonly R[],
  { fullScores, ...bootstrap }: RankOptions,
): (R & LadderCorrelation)[] {
  return rungs.map((rung) => {
    if (rung.scores.length !== fullScores.length) {
      throw new RangeError(
        `rankLadder: expected ${fullScores.length} scores for ${rung.name}, got ${rung.scores.length}`,
      )
    }
    return { ...rung, ...correlate(rung.scores, fullScores, bootstrap) }
  })
}

function correlate(
  scores: readonly number[],
  fullScores: readonly number[],
  bootstrap: Omit<RankOptions, 'fullScores'>,
): LadderCorrelation {
  const both = scores.map((_, k) => k).filter((k) => Number.isFinite(scores[k]) && Number.isFinite(fullScores[k]))
  const pairs = { x: both.map((k) => scores[k]), y: both.map((k) => fullScores[k]) }
  const interval = (statistic: 'spearman' | 'kendall' | 'pearson') =>
    both.length < 3 ? UNDEFINED : bootstrapInterval(pairs, { ...bootstrap, statistic })
  const spearman = interval('spearman')
  return {
    spearman,
    kendall: interval('kendall'),
    pearson: interval('pearson'),
    correlation: spearman.estimate,
    correlationLow: spearman.low,
    settings: both.length,
  }
}
