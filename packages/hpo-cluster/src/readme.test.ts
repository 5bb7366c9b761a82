import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

// Processes that the tests start share what Node compiled before, and start in a third of the time.
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'leanvox-compile-cache')

test('the example of the README runs and prints what it says', { timeout: 300_000 }, () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const [, example] = /```ts\n([\s\S]*?)```/.exec(readme) as RegExpExecArray
  const program = example.replaceAll(
    `'@leanvox/hpo-cluster'`,
    JSON.stringify(new URL('./index.ts', import.meta.url).href),
  )
  const cwd = mkdtempSync(join(tmpdir(), 'cluster-readme-'))
  writeFileSync(join(cwd, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(cwd, 'objective.js'), 'export const objective = ({ params }) => params.x ** 2')
  const flags = ['--conditions=@leanvox/source', '--input-type=module', '-e', program]
  expect(execFileSync(process.execPath, flags, { cwd, encoding: 'utf8' })).toBe('6\n')
  rmSync(cwd, { recursive: true })
})
