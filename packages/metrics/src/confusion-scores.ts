/**
 * More scores of two masks from their voxel counts:
 * specificity = TN / (TN + FP), Matthews correlation = (TP TN - FP FN) / √((TP+FP)(TP+FN)(TN+FP)(TN+FN))
 * (Matthews 1975), volume similarity = 1 - |FN - FP| / (2 TP + FP + FN) (Taha and Hanbury 2015).
 *
 * Empty masks: a zero denominator gives NaN. Specificity is NaN if the reference fills the image; Matthews correlation
 * if either mask is empty or fills it; volume similarity if both masks are empty (and 0 if one is). Specificity and
 * Matthews correlation depend on how much background the image shows.
 *
 * @module
 */
import { matthewsOf, specificityOf, volumeSimilarityOf } from './count-scores.ts'
import type { MaskPair } from './mask-pair.ts'
import { countFor } from './overlap.ts'

/**
 * Share of the background that was left alone, in [0, 1]; NaN if the reference leaves no background.
 *
 * @throws RangeError if the masks differ in length.
 */
export function specificity(pair: MaskPair): number {
  return specificityOf(countFor(pair, 'specificity'))
}

/**
 * Correlation of two masks in [-1, 1], symmetric; 1 is equal, 0 no better than chance; NaN if a mask is empty or full.
 *
 * @throws RangeError if the masks differ in length.
 */
export function matthewsCorrelation(pair: MaskPair): number {
  return matthewsOf(countFor(pair, 'matthewsCorrelation'))
}

/**
 * How alike the volumes are wherever they lie, in [0, 1]; symmetric; NaN if both masks are empty, 0 if one is.
 *
 * @throws RangeError if the masks differ in length.
 */
export function volumeSimilarity(pair: MaskPair): number {
  return volumeSimilarityOf(countFor(pair, 'volumeSimilarity'))
}
