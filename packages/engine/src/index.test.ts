import { expect, it } from 'vitest'

import * as door from './index.ts'

it('exports exactly these names', () => {
  expect(Object.keys(door).sort()).toMatchInlineSnapshot(`
    [
      "avgPool",
      "backendNames",
      "conv",
      "convTranspose",
      "disposeAll",
      "maxPool",
      "normActivation",
      "probeBackends",
      "registerGradients",
      "resizeLinear",
      "resizeNearest",
      "selfCheck",
      "startEngine",
      "toArrays",
      "toTensors",
      "valueAndGradients",
    ]
  `)
})
