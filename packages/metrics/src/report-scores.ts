/**
 * The scores of one structure over all cases as a report that cannot hide the odd ones: beside each mean stand how many
 * cases it is the mean of, how many are undefined, and how often the structure was missed or invented.
 *
 * @module
 */
import type { MaskMetricName } from './mask-metrics.ts'
import type { MaskScores } from './score-masks.ts'
import { summarise, type Summary } from './summarise.ts'

/** Metric by metric, and what happened to the structure. */
export interface ScoreReport<M extends MaskMetricName = MaskMetricName> {
  readonly cases: number
  /** Cases with the structure in the reference and not in the prediction. */
  readonly missed: number
  /** Cases with the structure in the prediction and not in the reference. */
  readonly invented: number
  /** Cases with the structure in neither. */
  readonly absent: number
  /** Means over the defined values; `undefinedCount` and `infiniteCount` say what they do not show. */
  readonly metrics: Readonly<Record<M, Summary>>
}

/** The report of all cases; without cases every mean is NaN. `metrics` says which to report. */
export function reportScores<M extends MaskMetricName>(
  scores: readonly MaskScores<M>[],
  { metrics }: { readonly metrics: readonly M[] },
): ScoreReport<M> {
  const count = (empty: string) => scores.filter((one) => one.empty === empty).length
  const summaries = metrics.map((metric) => [metric, summarise(scores.map(({ values }) => values[metric]))])
  return {
    cases: scores.length,
    missed: count('prediction'),
    invented: count('reference'),
    absent: count('both'),
    metrics: Object.fromEntries(summaries) as Record<M, Summary>,
  }
}
