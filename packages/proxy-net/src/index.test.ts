import { expect, test } from 'vitest'
import * as door from './index.ts'

test('the package exports exactly these names', () => {
  expect(Object.keys(door).sort()).toMatchInlineSnapshot(`
    [
      "chooseProxy",
      "proxyLadder",
      "rankLadder",
      "shrink",
      "timeLadder",
    ]
  `)
})
