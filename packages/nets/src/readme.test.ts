import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

test('the lines of the README run and print shape, parameters and multiply-adds', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const code = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  const flags = ['--conditions=@leanvox/source', '--input-type=module-typescript', '--eval', code]
  const cwd = fileURLToPath(new URL('..', import.meta.url))
  const printed = execFileSync(process.execPath, flags, { cwd, encoding: 'utf8' })
  expect(printed).toMatch(/^1 x 20 x 24 x 17 x 2 \d+ \d+$/m)
})
