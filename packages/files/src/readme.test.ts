import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('the example of the README runs and prints what it says', () => {
  const readme = fs.readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const [, example] = /```ts\n([\s\S]*?)```/.exec(readme)!
  const program = example.replace(`'@leanvox/files'`, JSON.stringify(new URL('./index.ts', import.meta.url).href))
  const cwd = fs.mkdtempSync(join(tmpdir(), 'files-readme-'))
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd, encoding: 'utf8' })
  fs.rmSync(cwd, { recursive: true })
  expect(output).toBe('{ epochs: 3 } 3 false\n')
})
