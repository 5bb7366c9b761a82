/**
 * Evaluation results in the layout of nnU-Net v2's `summary.json`: per case and label the voxel counts, Dice and IoU, their
 * means per label, and the mean of those over the foreground.
 *
 * As there, a label in neither mask has no Dice and no IoU, and means per label leave those out; the foreground mean is
 * then over the labels that have one (in nnU-Net a label without any would make it undefined). NaN becomes null, since
 * JSON has no NaN (Python writes the word NaN, which most readers refuse).
 *
 * @module
 */
import { diceOf, iouOf } from './count-scores.ts'
import { mean } from './descriptive.ts'
import type { OverlapCounts } from './overlap.ts'

const KEYS = ['Dice', 'FN', 'FP', 'IoU', 'TN', 'TP', 'n_pred', 'n_ref'] as const

/** The measures of a label, under nnU-Net's names; null where there is none. */
export type NnunetMetrics = Record<(typeof KEYS)[number], number | null>

/** The file, as nnU-Net writes it. */
export interface NnunetSummary {
  readonly foreground_mean: NnunetMetrics
  readonly mean: Readonly<Record<string, NnunetMetrics>>
  readonly metric_per_case: readonly {
    readonly metrics: Readonly<Record<string, NnunetMetrics>>
    readonly prediction_file: string
    readonly reference_file: string
  }[]
}

/** One case: its files, and the counts of each label. */
export interface CountedCase {
  readonly predictionFile: string
  readonly referenceFile: string
  readonly labels: Readonly<Record<string, OverlapCounts>>
}

/** The summary of all cases; label 0 is the background and stays out of the foreground mean. */
export function nnunetSummary(cases: readonly CountedCase[]): NnunetSummary {
  const perCase = cases.map(({ predictionFile, referenceFile, labels }) => ({
    metrics: mapValues(labels, measures),
    prediction_file: predictionFile,
    reference_file: referenceFile,
  }))
  const labels = [...new Set(perCase.flatMap(({ metrics }) => Object.keys(metrics)))]
  const means = labels.map((label): [string, NnunetMetrics] => [
    label,
    meanOf(perCase.flatMap(({ metrics }) => (metrics[label] ? [metrics[label]] : []))),
  ])
  const foreground = means.filter(([label]) => label !== '0').map(([, metrics]) => metrics)
  return { foreground_mean: meanOf(foreground), mean: Object.fromEntries(means), metric_per_case: perCase }
}

function measures(counts: OverlapCounts): NnunetMetrics {
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = counts
  return {
    Dice: defined(diceOf(counts)),
    FN: falseNegatives,
    FP: falsePositives,
    IoU: defined(iouOf(counts)),
    TN: trueNegatives,
    TP: truePositives,
    n_pred: truePositives + falsePositives,
    n_ref: truePositives + falseNegatives,
  }
}

function meanOf(all: readonly NnunetMetrics[]): NnunetMetrics {
  const means = KEYS.map((key) => [key, defined(mean(all.flatMap((one) => one[key] ?? [])))])
  return Object.fromEntries(means) as NnunetMetrics
}

function defined(value: number): number | null {
  return Number.isNaN(value) ? null : value
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, of: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, of(value)]))
}
