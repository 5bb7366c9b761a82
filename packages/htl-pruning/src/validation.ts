/**
 * Validation hooks for `train` that predict whole cases in batches: mean Dice and IoU of a segmentation network, balanced
 * accuracy of a classifier.
 *
 * @module
 */
import type { NamedTensors } from '@leanvox/engine'
import type { PreparedCase, SegmentationNetwork, ValidationRecord } from '@leanvox/training'
import type { Classifier } from './classifier.ts'
import { localisationScore, summariseLocalisation } from './localisation-scores.ts'
import { predictCases, type PredictCasesOptions } from './predict-cases.ts'

/** Mean Dice and IoU of foreground (any label but 0) over the cases. */
export function segmentationValidation(
  { network, cases }: { readonly network: SegmentationNetwork; readonly cases: readonly PreparedCase[] },
  options: PredictCasesOptions = {},
): (weights: NamedTensors) => Promise<ValidationRecord> {
  return async (weights) => {
    const predictions = await predictCases({ network, weights, cases }, options)
    const scores = cases.map(({ label, shape }, i) =>
      localisationScore({ prediction: predictions[i].labelMap, reference: label }, { shape }),
    )
    const { dice, iou, boxIou, boxIou50, boxIou75 } = summariseLocalisation(scores)
    return { dice, labels: { foreground: dice }, iou, boxIou, boxIou50, boxIou75 }
  }
}

/**
 * Balanced accuracy, the mean recall over the classes that occur; it stands in the place of `dice`, for that is what
 * training maximises. `labels` holds the recalls.
 */
export function classifierValidation(
  options: PredictCasesOptions & {
    readonly network: Classifier
    readonly cases: readonly PreparedCase[]
    readonly targets: readonly number[]
  },
): (weights: NamedTensors) => Promise<ValidationRecord> {
  const { network, cases, targets } = options
  if (targets.length !== cases.length) {
    throw new RangeError(`classifierValidation: expected ${cases.length} targets, got ${targets.length}`)
  }
  return async (weights) => {
    const predictions = await predictCases({ network, weights, cases }, options)
    const labels: Record<string, number> = {}
    for (const target of new Set(targets)) {
      const members = predictions.filter((_, i) => targets[i] === target)
      labels[target] = members.filter(({ labelMap }) => labelMap[0] === target).length / members.length
    }
    const recalls = Object.values(labels)
    const accuracy = predictions.filter(({ labelMap }, i) => labelMap[0] === targets[i]).length / predictions.length
    return { dice: recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length, labels, accuracy }
  }
}
