import { expect, test } from 'vitest'
import { findNativeParts, nativeStep } from './native-build.ts'

test.each([
  [{ addon: true, headers: false, tools: false }, 'ready'],
  [{ addon: false, headers: true, tools: true }, 'build'],
  [{ addon: false, headers: false, tools: true }, 'none'],
  [{ addon: false, headers: true, tools: false }, 'none'],
] as const)('of %o the next step is %s', (parts, step) => {
  expect(nativeStep(parts)).toBe(step)
})

test('a machine without a path has no tools', () => {
  const path = process.env['PATH']
  try {
    process.env['PATH'] = ''
    expect(findNativeParts().tools).toBe(false)
  } finally {
    process.env['PATH'] = path
  }
})
