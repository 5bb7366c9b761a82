/**
 * How much a ranking of methods depends on which cases were in the test set: cases are drawn again with replacement, the
 * same ones for all methods, and the methods ranked anew (the bootstrap of Wiesenfarth 2021, "Methods and open-source
 * toolkit for analyzing and visualizing challenge results").
 *
 * 'mean-then-rank' ranks the means over cases, 'rank-then-mean' ranks within each case, ties sharing their mean rank, and
 * then ranks the mean ranks. Rank 1 is the best.
 *
 * @module
 */
import { createRng, type Rng } from '@leanvox/random'
import { mean, percentile } from './descriptive.ts'
import { requireLevel } from './distributions.ts'
import { kendall } from './kendall.ts'
import { averageRanks } from './ranks.ts'
import type { ResamplingOptions } from './resampling.ts'

/** A method's place. */
export interface RankedMethod {
  readonly method: string
  /** With all cases; tied methods share the mean of their ranks. */
  readonly rank: number
  /** Mean rank over the resamples, and the interval that holds `level` of them. */
  readonly meanRank: number
  readonly low: number
  readonly high: number
  /** Share of the resamples in which the method is first, alone or tied. */
  readonly first: number
}

/** The ranking, best first, and how stable it is. */
export interface RankingStability {
  readonly methods: readonly RankedMethod[]
  /** Mean Kendall's tau-b between the ranking and the resampled ones; NaN for fewer than 3 methods, or all tied. */
  readonly meanTau: number
}

/** How to rank and how often to resample. */
export interface RankingOptions extends ResamplingOptions {
  readonly better: 'higher' | 'lower'
  /** Default 'mean-then-rank'. */
  readonly scheme?: 'mean-then-rank' | 'rank-then-mean'
}

type Scores = readonly (readonly [string, ArrayLike<number>])[]

/**
 * Ranks methods by their scores on the same cases, in the same order.
 *
 * @throws RangeError for fewer than 2 methods or cases, methods of unequal numbers of cases, scores that are not finite
 *   (decide what a miss costs first), `resamples` below 1 or a `level` outside (0, 1)
 */
export function rankingStability(
  scores: Readonly<Record<string, ArrayLike<number>>>,
  { better, scheme = 'mean-then-rank', seed, resamples = 2000, level = 0.95 }: RankingOptions,
): RankingStability {
  const methods = Object.entries(scores)
  const count = requireScores(methods)
  if (!Number.isInteger(resamples) || resamples < 1) {
    throw new RangeError(`rankingStability: expected at least 1 resample, got ${resamples}`)
  }
  requireLevel(level, 'rankingStability')
  const rng = createRng(seed).split('ranking')
  const rank = (cases: Int32Array) => rankMethods(methods, cases, { better, scheme })
  const observed = rank(Int32Array.from({ length: count }, (_, i) => i))
  const drawn = Array.from({ length: resamples }, () => rank(drawCases(rng, count)))
  const ranked = methods.map(([method], m): RankedMethod => {
    const ranks = drawn.map((one) => one[m])
    return {
      method,
      rank: observed[m],
      meanRank: mean(ranks),
      low: percentile(ranks, 50 * (1 - level)),
      high: percentile(ranks, 50 * (1 + level)),
      first: mean(drawn.map((one) => (one[m] === Math.min(...one) ? 1 : 0))),
    }
  })
  const taus = methods.length < 3 ? [] : drawn.map((one) => kendall({ x: observed, y: one }))
  return {
    methods: ranked.sort((a, b) => a.rank - b.rank),
    meanTau: mean(taus.filter((tau) => !Number.isNaN(tau))),
  }
}

function drawCases(rng: Rng, count: number): Int32Array {
  return Int32Array.from({ length: count }, () => rng.integer(count))
}

function rankMethods(
  methods: Scores,
  cases: Int32Array,
  { better, scheme }: Required<Pick<RankingOptions, 'better' | 'scheme'>>,
): Float64Array {
  const sign = better === 'higher' ? -1 : 1
  const totals = new Float64Array(methods.length)
  for (const i of cases) {
    const own = methods.map(([, values]) => sign * values[i])
    const added = scheme === 'rank-then-mean' ? averageRanks(own) : own
    for (let m = 0; m < totals.length; m++) totals[m] += added[m]
  }
  return averageRanks(totals)
}

function requireScores(methods: Scores): number {
  const fail = (expected: string, got: string) => {
    throw new RangeError(`rankingStability: expected ${expected}, got ${got}`)
  }
  if (methods.length < 2) fail('at least 2 methods', String(methods.length))
  const count = methods[0][1].length
  if (count < 2) fail('at least 2 cases', String(count))
  for (const [method, values] of methods) {
    if (values.length !== count) fail(`${count} scores for ${method}`, String(values.length))
    const odd = Array.from(values).findIndex((value) => !Number.isFinite(value))
    if (odd >= 0) fail('finite scores', `${values[odd]} of ${method} at ${odd}`)
  }
  return count
}
