import { expect, test } from 'vitest'
import * as door from './index.ts'

test('the front door holds these names', () => {
  expect(Object.keys(door).sort()).toMatchInlineSnapshot(`
    [
      "FileError",
      "appendLines",
      "appendLinesSync",
      "forEachJsonLineSync",
      "lockFolder",
      "readJson",
      "readJsonLines",
      "readJsonLinesSync",
      "repairTail",
      "writeFileAtomic",
      "writeFileAtomicSync",
      "writeJson",
    ]
  `)
})
