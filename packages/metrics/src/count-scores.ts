/**
 * Scores of two masks from their voxel counts, for callers that count once and want several. What each means, and what
 * empty masks give, is said where the function of a pair is: overlap.ts and confusion-scores.ts.
 *
 * @module
 */
import type { OverlapCounts } from './overlap.ts'

/** 2 TP / (2 TP + FP + FN). */
export function diceOf({ truePositives, falsePositives, falseNegatives }: OverlapCounts): number {
  return (2 * truePositives) / (2 * truePositives + falsePositives + falseNegatives)
}

/** TP / (TP + FP + FN). */
export function iouOf({ truePositives, falsePositives, falseNegatives }: OverlapCounts): number {
  return truePositives / (truePositives + falsePositives + falseNegatives)
}

/** TP / (TP + FN). */
export function sensitivityOf({ truePositives, falseNegatives }: OverlapCounts): number {
  return truePositives / (truePositives + falseNegatives)
}

/** TP / (TP + FP). */
export function precisionOf({ truePositives, falsePositives }: OverlapCounts): number {
  return truePositives / (truePositives + falsePositives)
}

/** TN / (TN + FP). */
export function specificityOf({ trueNegatives, falsePositives }: OverlapCounts): number {
  return trueNegatives / (trueNegatives + falsePositives)
}

/** (TP TN - FP FN) / √((TP+FP)(TP+FN)(TN+FP)(TN+FN)). */
export function matthewsOf(counts: OverlapCounts): number {
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = counts
  // Roots before products: counts of large volumes would leave the whole numbers that doubles hold.
  const predicted = Math.sqrt(truePositives + falsePositives) * Math.sqrt(trueNegatives + falseNegatives)
  const referred = Math.sqrt(truePositives + falseNegatives) * Math.sqrt(trueNegatives + falsePositives)
  const scale = predicted * referred
  return (truePositives / scale) * trueNegatives - (falsePositives / scale) * falseNegatives
}

/** 1 - |FN - FP| / (2 TP + FP + FN). */
export function volumeSimilarityOf({ truePositives, falsePositives, falseNegatives }: OverlapCounts): number {
  return 1 - Math.abs(falseNegatives - falsePositives) / (2 * truePositives + falsePositives + falseNegatives)
}
