/**
 * How much more frequent something is in one group than in the rest: the ratio of the two shares, with its percentile
 * bootstrap interval. With hard-to-learn samples as the group it is the frequency ratio HTL : non-HTL of the analyses
 * of pruned networks (Hooker 2019; Holste 2023).
 *
 * Members are drawn with replacement within each group, whose sizes stay as they are. Drawing n members of which k have
 * the property makes their number binomial(n, k / n), so that it is drawn as such: exact, and as fast for thousands.
 *
 * A share of 0 in the rest makes the ratio Infinity, and NaN if both shares are 0. Infinite resamples stay in the
 * interval; undefined ones are left out and counted.
 *
 * @module
 */
import type { Rng } from '@leanvox/random'
import { percentileInterval, type BootstrapInterval, type ResamplingOptions } from './resampling.ts'
import { logGamma } from './special-functions.ts'

/** How many of a group have the property. */
export interface Share {
  readonly count: number
  readonly total: number
}

/**
 * (group.count / group.total) / (rest.count / rest.total) with its interval.
 *
 * @throws RangeError for a total below 1, a count that is no whole number between 0 and its total, `resamples` below 1
 *   or a `level` outside (0, 1).
 * @example
 * bootstrapRatio({ group: { count: 20, total: 100 }, rest: { count: 90, total: 900 } }, { seed: 1 }).estimate // => 2
 */
export function bootstrapRatio(
  { group, rest }: { readonly group: Share; readonly rest: Share },
  options: ResamplingOptions,
): BootstrapInterval {
  requireShare(group, 'group')
  requireShare(rest, 'rest')
  const [drawGroup, drawRest] = [binomial(group), binomial(rest)]
  // Products of whole numbers first: equal shares give exactly 1.
  const ratio = (count: number, restCount: number) => (count * rest.total) / (restCount * group.total)
  const draw = (rng: Rng) => ratio(drawGroup(rng), drawRest(rng))
  return percentileInterval(ratio(group.count, rest.count), draw, { ...options, caller: 'bootstrapRatio' })
}

function requireShare({ count, total }: Share, name: string): void {
  if (!Number.isSafeInteger(total) || total < 1) {
    throw new RangeError(`bootstrapRatio: expected ${name} of at least 1, got a total of ${total}`)
  }
  if (!Number.isSafeInteger(count) || count < 0 || count > total) {
    throw new RangeError(`bootstrapRatio: expected a count of ${name} from 0 to ${total}, got ${count}`)
  }
}

/** A binomial number with the share's chance, by inversion of its distribution. */
function binomial({ count, total }: Share): (rng: Rng) => number {
  if (count === 0 || count === total) return () => count
  const [yes, no] = [Math.log(count / total), Math.log(1 - count / total)]
  const cumulative = new Float64Array(total + 1)
  for (let k = 0; k <= total; k++) {
    const logWays = logGamma(total + 1) - logGamma(k + 1) - logGamma(total - k + 1)
    cumulative[k] = (k > 0 ? cumulative[k - 1] : 0) + Math.exp(logWays + k * yes + (total - k) * no)
  }
  return (rng) => firstAbove(cumulative, rng.uniform() * cumulative[total])
}

function firstAbove(sorted: Float64Array, value: number): number {
  let low = 0
  let high = sorted.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle] > value) high = middle
    else low = middle + 1
  }
  return low
}
