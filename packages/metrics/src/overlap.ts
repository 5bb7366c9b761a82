/**
 * Overlap of two masks from their voxel counts, with TP, FP, FN as usual:
 * Dice = 2 TP / (2 TP + FP + FN), IoU = TP / (TP + FP + FN), sensitivity = TP / (TP + FN), precision = TP / (TP + FP).
 *
 * Empty masks: a score whose denominator is zero is undefined and given as NaN, never as 0 or 1. So Dice and IoU are
 * NaN if both masks are empty and 0 if one is; sensitivity is NaN if the reference is empty, precision if the
 * prediction is. (Dice 1945; Jaccard 1912. NaN for two empty masks as in DeepMind's surface-distance and nnU-Net.)
 *
 * @module
 */
import { diceOf, iouOf, precisionOf, sensitivityOf } from './count-scores.ts'
import { requireEqualLength, type MaskPair } from './mask-pair.ts'

/** Voxel counts of a pair of masks. */
export interface OverlapCounts {
  readonly truePositives: number
  readonly falsePositives: number
  readonly falseNegatives: number
  readonly trueNegatives: number
}

/**
 * Counts the four kinds of voxels.
 *
 * @throws RangeError if the masks differ in length.
 */
export function overlapCounts(pair: MaskPair): OverlapCounts {
  return countFor(pair, 'overlapCounts')
}

/**
 * Dice coefficient in [0, 1]; symmetric; NaN if both masks are empty, 0 if one is.
 *
 * @throws RangeError if the masks differ in length.
 * @example
 * dice({ prediction: [1, 1, 0], reference: [0, 1, 0] }) // => 0.6666666666666666
 */
export function dice(pair: MaskPair): number {
  return diceOf(countFor(pair, 'dice'))
}

/**
 * Intersection over union (Jaccard index) in [0, 1]; symmetric; NaN if both masks are empty, 0 if one is.
 *
 * @throws RangeError if the masks differ in length.
 */
export function iou(pair: MaskPair): number {
  return iouOf(countFor(pair, 'iou'))
}

/**
 * Share of the reference that was found, in [0, 1] (also called recall); NaN if the reference is empty.
 *
 * @throws RangeError if the masks differ in length.
 */
export function sensitivity(pair: MaskPair): number {
  return sensitivityOf(countFor(pair, 'sensitivity'))
}

/**
 * Share of the prediction that is right, in [0, 1]; NaN if the prediction is empty.
 *
 * @throws RangeError if the masks differ in length.
 */
export function precision(pair: MaskPair): number {
  return precisionOf(countFor(pair, 'precision'))
}

/** The counts, with errors in the name of the function called. */
export function countFor(pair: MaskPair, caller: string): OverlapCounts {
  requireEqualLength(pair, caller)
  const { prediction, reference } = pair
  let truePositives = 0
  let falsePositives = 0
  let falseNegatives = 0
  for (let i = 0; i < reference.length; i++) {
    if (prediction[i] !== 0) {
      if (reference[i] !== 0) truePositives++
      else falsePositives++
    } else if (reference[i] !== 0) falseNegatives++
  }
  const trueNegatives = reference.length - truePositives - falsePositives - falseNegatives
  return { truePositives, falsePositives, falseNegatives, trueNegatives }
}
