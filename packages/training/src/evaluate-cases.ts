/**
 * How good a model is on whole cases: sliding window, then overlap and surface distances in millimetres for every case
 * and label, and a summary that counts what the means cannot show.
 *
 * @module
 */
import { disposeAll, toTensors, type NamedArrays } from '@leanvox/engine'
import {
  averageSurfaceDistance,
  dice,
  hd95,
  imageDiagonal,
  labelMask,
  summarise,
  surfaceDistances,
  type Summary,
} from '@leanvox/metrics'
import { slidingWindowPredict } from './inference/sliding-window-predict.ts'
import type { PatchSize } from './patches/patch-size.ts'
import { checkCases, type PreparedCase } from './patches/prepared-case.ts'
import { foregroundLabels, type SegmentationNetwork } from './segmentation-network.ts'

export interface EvaluateOptions {
  readonly network: SegmentationNetwork
  readonly weights: NamedArrays
  readonly cases: readonly PreparedCase[]
  /** `[depth, height, width]`, or `[height, width]` for a 2D network. */
  readonly patchSize: PatchSize
  /** Default every foreground label of the network. */
  readonly labels?: readonly number[]
  /** Default 0.5. */
  readonly overlap?: number
  readonly signal?: AbortSignal | undefined
  /** Called with each case's label map `[depth, height, width]`, for pictures or files. */
  readonly onPrediction?: ((one: PreparedCase, labelMap: Uint8Array) => void | Promise<void>) | undefined
}

/** One label of one case; empty-mask rules are those of `@leanvox/metrics`. */
export interface LabelScores {
  /** NaN when prediction and reference are empty, 0 when one is. */
  readonly dice: number
  /** mm; NaN when prediction and reference are empty, Infinity when one is. */
  readonly hd95: number
  /** mm, pooled over both surfaces; empty masks as for `hd95`. */
  readonly averageSurfaceDistance: number
  readonly predictionVoxels: number
  readonly referenceVoxels: number
}

export interface CaseScores {
  readonly id: string
  /** By label number. */
  readonly labels: Readonly<Record<string, LabelScores>>
}

/** One label over all cases. */
export interface LabelSummary {
  /** Undefined ones (label absent in both) are left out and counted. */
  readonly dice: Summary
  /** mm; a distance to an empty mask counts as the image's diagonal. */
  readonly hd95: Summary
  /** Cases whose reference has the label and whose prediction has not. */
  readonly missed: number
  /** Cases whose prediction has the label and whose reference has not. */
  readonly spurious: number
  /** Cases that have the label in neither; their scores are undefined. */
  readonly absent: number
}

export interface Evaluation {
  readonly cases: readonly CaseScores[]
  readonly summary: Readonly<Record<string, LabelSummary>>
  /** Mean over the labels of their mean Dice, undefined ones left out; NaN when all are. */
  readonly meanDice: number
  /** Mean over the labels of their mean HD95 in mm, undefined ones left out; NaN when all are. */
  readonly meanHd95: number
}

/**
 * Scores of every case and label.
 *
 * @throws RangeError for cases that have no label or do not fit the network; the signal's reason when aborted
 */
export async function evaluateCases(options: EvaluateOptions): Promise<Evaluation> {
  const { network, cases, patchSize, overlap = 0.5, signal, onPrediction } = options
  const labels = options.labels ?? foregroundLabels(network.spec)
  checkCases(cases, network.spec)
  const weights = toTensors(options.weights)
  try {
    const scores: CaseScores[] = []
    for (const one of cases) {
      const { labelMap } = await slidingWindowPredict({ network, weights }, one, { patchSize, overlap, signal })
      await onPrediction?.(one, labelMap)
      scores.push(scoreCase(one, { labelMap, labels }))
    }
    return { cases: scores, ...summarised(scores, { cases, labels }) }
  } finally {
    disposeAll(weights)
  }
}

/** Scores of a label map against the case's own. */
export function scoreCase(
  one: PreparedCase,
  { labelMap, labels }: { labelMap: Uint8Array; labels: readonly number[] },
): CaseScores {
  const scores = labels.map((label): [number, LabelScores] => {
    const masks = { prediction: labelMask(labelMap, label), reference: labelMask(one.label, label) }
    const distances = surfaceDistances(masks, one)
    return [
      label,
      {
        dice: dice(masks),
        hd95: hd95(distances),
        averageSurfaceDistance: averageSurfaceDistance(distances),
        predictionVoxels: countSet(masks.prediction),
        referenceVoxels: countSet(masks.reference),
      },
    ]
  })
  return { id: one.id, labels: Object.fromEntries(scores) }
}

function summarised(
  scores: readonly CaseScores[],
  { cases, labels }: { cases: readonly PreparedCase[]; labels: readonly number[] },
): Omit<Evaluation, 'cases'> {
  const summary = labels.map((label): [number, LabelSummary] => {
    const own = scores.map((one) => one.labels[label])
    const count = (test: (score: LabelScores) => boolean) => own.filter(test).length
    return [
      label,
      {
        dice: summarise(own.map((score) => score.dice)),
        hd95: summarise(own.map(({ hd95 }, i) => (hd95 === Infinity ? imageDiagonal(cases[i]) : hd95))),
        missed: count((score) => score.referenceVoxels > 0 && score.predictionVoxels === 0),
        spurious: count((score) => score.referenceVoxels === 0 && score.predictionVoxels > 0),
        absent: count((score) => score.referenceVoxels === 0 && score.predictionVoxels === 0),
      },
    ]
  })
  return {
    summary: Object.fromEntries(summary),
    meanDice: summarise(summary.map(([, { dice }]) => dice.mean)).mean,
    meanHd95: summarise(summary.map(([, { hd95 }]) => hd95.mean)).mean,
  }
}

function countSet(mask: Uint8Array): number {
  let count = 0
  for (let i = 0; i < mask.length; i++) count += mask[i]
  return count
}
