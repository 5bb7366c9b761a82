import { expect, test } from 'vitest'
import * as door from './index.ts'

test('the door has these names', () => {
  expect(Object.keys(door).sort()).toMatchInlineSnapshot(`
    [
      "levelSizes",
      "rescaled",
      "unet",
      "unetSpec",
    ]
  `)
})
