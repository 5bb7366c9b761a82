import { expect, test } from 'vitest'
import * as door from './index.ts'

test('the front door has these names and no others', () => {
  expect(Object.keys(door).sort()).toMatchInlineSnapshot(`
    [
      "abdomenDataset",
      "abdomenPhantom",
      "cellPhantom",
      "lesionPhantom",
      "sites",
    ]
  `)
})
