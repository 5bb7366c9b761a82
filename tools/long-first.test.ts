import { expect, test } from 'vitest'
import { isLong } from './long-first.ts'

test.each([
  ['/a/apps/study/test/study.test.ts', true],
  ['/a/apps/study/src/config.test.ts', false],
  ['/a/packages/files/src/lock-folder.test.ts', false],
])('%s starts programs: %s', (path, expected) => {
  expect(isLong(path)).toBe(expected)
})
