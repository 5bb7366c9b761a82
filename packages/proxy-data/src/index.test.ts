import { expect, test } from 'vitest'
import * as door from './index.ts'

test('the package exports exactly these names', () => {
  expect(Object.keys(door).sort()).toMatchInlineSnapshot(`
    [
      "budgetCount",
      "localNormalizedCrossCorrelation",
      "localNormalizedCrossCorrelationMeasure",
      "mutualInformation",
      "mutualInformationMeasure",
      "normalizedMutualInformation",
      "normalizedMutualInformationMeasure",
      "representation",
      "selectProxyData",
      "similarityMatrix",
      "volumeScores",
    ]
  `)
})
