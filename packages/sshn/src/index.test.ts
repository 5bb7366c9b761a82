import { expect, test } from 'vitest'
import * as door from './index.ts'

test('the door has these names', () => {
  expect(Object.keys(door).sort()).toMatchInlineSnapshot(`
    [
      "atPhi",
      "checkGrid",
      "choosePhi",
      "encodePhi",
      "exportAt",
      "exportedNetwork",
      "filmNetwork",
      "hyperNetwork",
      "hyperSpec",
      "mseLoss",
      "nccLoss",
      "paretoFront",
      "phiPrior",
      "primarySpec",
      "registerPair",
      "registrationCase",
      "registrationLoss",
      "registrationObjective",
      "requirePhi",
      "requireUsablePhi",
      "scoreRegistration",
      "smoothness",
      "sweepPhi",
      "warpLabels",
      "warpLinear",
    ]
  `)
})
