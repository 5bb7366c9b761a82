import { expect, test } from 'vitest'
import * as door from './index.ts'

test('the package exports exactly these names', () => {
  expect(Object.keys(door).sort()).toMatchInlineSnapshot(`
    [
      "averageRanks",
      "averageSurfaceDistance",
      "bootstrapInterval",
      "dice",
      "hausdorffDistance",
      "hd95",
      "imageDiagonal",
      "iou",
      "kendall",
      "labelMask",
      "mean",
      "median",
      "overlapCounts",
      "pearson",
      "percentile",
      "precision",
      "sensitivity",
      "spearman",
      "std",
      "summarise",
      "surfaceDistances",
    ]
  `)
})
