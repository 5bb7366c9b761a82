import { expect, test } from 'vitest'
import * as door from './index.ts'

test('the package exports exactly these names', () => {
  expect(Object.keys(door).sort()).toMatchInlineSnapshot(`
    [
      "averageRanks",
      "averageSurfaceDistance",
      "bootstrapInterval",
      "bootstrapMean",
      "bootstrapRatio",
      "boxIou",
      "boxOfMask",
      "chiSquareTest",
      "dice",
      "fisherExact",
      "hausdorffDistance",
      "hd95",
      "holm",
      "imageDiagonal",
      "indicatorColumns",
      "iou",
      "kendall",
      "labelMask",
      "logisticRegression",
      "mean",
      "median",
      "overlapCounts",
      "pairedDifferences",
      "pairedTTest",
      "pearson",
      "percentile",
      "precision",
      "sensitivity",
      "spearman",
      "std",
      "summarise",
      "surfaceDistances",
      "wilcoxonSignedRank",
    ]
  `)
})
