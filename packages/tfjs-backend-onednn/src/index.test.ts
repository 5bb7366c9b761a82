/** What the package exports. */
import { expect, it } from 'vitest'

import * as backend from './index.ts'

it('exports these names and no others', () => {
  expect(Object.keys(backend).toSorted()).toMatchInlineSnapshot(`
    [
      "OnednnBackend",
      "convolutionSeconds",
      "describe",
      "isAvailable",
      "memoryPool",
      "precision",
      "setPrecision",
      "setThreads",
      "threads",
      "whyUnavailable",
    ]
  `)
})
