import { expect, test } from 'vitest'
import * as door from './index.ts'

test('the front door has these names and no others', () => {
  expect(Object.keys(door).sort()).toMatchInlineSnapshot(`
    [
      "affineFromSpacing",
      "closing",
      "connectedComponents",
      "createVolume",
      "crop",
      "dilate",
      "distanceTransform",
      "erode",
      "extractPatch",
      "fillHoles",
      "foregroundBox",
      "invertAffine",
      "largestComponent",
      "multiplyAffines",
      "nearestDistances",
      "opening",
      "packMask",
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
