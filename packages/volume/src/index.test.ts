import { expect, test } from 'vitest'
import * as door from './index.ts'

test('the front door has these names and no others', () => {
  expect(Object.keys(door).sort()).toMatchInlineSnapshot(`
    [
      "affineFromSpacing",
      "connectedComponents",
      "createVolume",
      "crop",
      "distanceTransform",
      "extractPatch",
      "foregroundBox",
      "invertAffine",
      "largestComponent",
      "multiplyAffines",
      "padTo",
      "resample",
      "scaleAffine",
      "spacingOf",
      "toRasPlus",
      "translateAffine",
      "voxelCount",
      "windowIntensity",
      "withOrigin",
      "worldPosition",
      "zScore",
    ]
  `)
})
