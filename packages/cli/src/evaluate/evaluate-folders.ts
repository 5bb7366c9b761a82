/**
 * Scores of a folder of predicted label maps against a folder of references: per case and label, and per label over the
 * cases.
 *
 * @module
 */
import {
  labelMask,
  reportScores,
  scoreAbsent,
  scoreMasks,
  type MaskMetricName,
  type MaskScores,
  type ScoreOptions,
  type ScoreReport,
} from '@leanvox/metrics'
import type { Shape3, Spacing, VoxelData } from '@leanvox/volume'

import { pairFiles, type FilePair } from './pair-files.ts'
import { readPair } from './read-pair.ts'

/** Which folders, labels and metrics; see `scoreMasks` for the settings of metrics. */
export interface EvaluateOptions extends Omit<ScoreOptions, 'shape' | 'spacing'> {
  readonly prediction: string
  readonly reference: string
  /** Default: every label above 0 in any reference or prediction. */
  readonly labels?: readonly number[]
  /** Score a reference without prediction as if nothing had been found; default: a problem. */
  readonly missingAsEmpty?: boolean
  /** Compare voxel by voxel although the affines differ; the reference's spacing is used. */
  readonly ignoreAffine?: boolean
  readonly onCase?: ((id: string, done: number, total: number) => void) | undefined
}

/** One case. */
export interface CaseEvaluation {
  readonly id: string
  readonly predictionFile: string | null
  readonly referenceFile: string
  /** By label. */
  readonly labels: Readonly<Record<string, MaskScores>>
}

/** All cases. `problems` is not empty when some could not be scored; means are then of the others only. */
export interface FolderEvaluation {
  readonly metrics: readonly MaskMetricName[]
  readonly labels: readonly number[]
  readonly cases: readonly CaseEvaluation[]
  /** By label. */
  readonly reports: Readonly<Record<string, ScoreReport>>
  /** Predictions without a reference: not scored. */
  readonly extra: readonly string[]
  readonly problems: readonly string[]
}

/** Evaluates a folder, one case after the other. */
export async function evaluateFolders(options: EvaluateOptions): Promise<FolderEvaluation> {
  const { metrics, onCase, missingAsEmpty = false } = options
  const { pairs, extra } = await pairFiles(options)
  const problems: string[] = []
  const scored: ScoredCase[] = []
  for (const [i, pair] of pairs.entries()) {
    try {
      if (pair.prediction === null && !missingAsEmpty) throw new Error(`${pair.id}: expected a prediction, got none`)
      scored.push(await scoreCase(pair, options))
    } catch (error) {
      problems.push((error as Error).message)
    }
    onCase?.(pair.id, i + 1, pairs.length)
  }
  const labels = options.labels ?? labelsOf(scored)
  const cases = scored.map((one) => withAbsent(one, labels, options))
  const reports = labels.map((label) => [
    label,
    reportScores(
      cases.map((one) => one.labels[label]),
      { metrics },
    ),
  ])
  return {
    metrics,
    labels,
    cases,
    reports: Object.fromEntries(reports) as FolderEvaluation['reports'],
    extra,
    problems,
  }
}

/** A case with the scores of the labels that it has. */
interface ScoredCase extends CaseEvaluation {
  readonly shape: Shape3
  readonly spacing: Spacing
}

async function scoreCase(pair: FilePair, options: EvaluateOptions): Promise<ScoredCase> {
  const { prediction, reference } = await readPair(pair, options)
  const { shape, spacing } = reference
  const present = new Set([...labelsIn(prediction.data), ...labelsIn(reference.data)])
  const wanted = options.labels ?? [...present].filter((label) => label > 0)
  const scores = wanted
    .filter((label) => present.has(label))
    .map((label) => {
      const masks = {
        prediction: labelMask(prediction.data, label),
        reference: labelMask(reference.data, label),
      }
      return [label, scoreMasks(masks, { ...options, shape, spacing })]
    })
  return {
    id: pair.id,
    predictionFile: pair.prediction,
    referenceFile: pair.reference,
    labels: Object.fromEntries(scores) as CaseEvaluation['labels'],
    shape,
    spacing,
  }
}

function withAbsent(one: ScoredCase, labels: readonly number[], options: EvaluateOptions): CaseEvaluation {
  const { id, predictionFile, referenceFile, shape, spacing } = one
  const scores = labels.map((label) => [label, one.labels[label] ?? scoreAbsent({ ...options, shape, spacing })])
  return { id, predictionFile, referenceFile, labels: Object.fromEntries(scores) as CaseEvaluation['labels'] }
}

function labelsIn(data: VoxelData): Set<number> {
  const labels = new Set<number>()
  let last = NaN
  for (let i = 0; i < data.length; i++) {
    if (data[i] === last) continue
    last = data[i]
    labels.add(last)
  }
  return labels
}

function labelsOf(cases: readonly CaseEvaluation[]): number[] {
  const labels = new Set(cases.flatMap((one) => Object.keys(one.labels).map(Number)))
  return [...labels].sort((a, b) => a - b)
}
