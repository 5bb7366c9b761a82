import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('the example of the README runs, draws its page, prints what it says, and prints it again when started again', () => {
  const readme = fs.readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const [, example] = /```ts\n([\s\S]*?)```/.exec(readme) as RegExpExecArray
  const here = (name: string) => JSON.stringify(new URL(name, import.meta.url).href)
  const program = example
    .replace(`'@leanvox/hpo-search/node'`, here('./node.ts'))
    .replace(`'@leanvox/hpo-search'`, here('./index.ts'))
    // Drawing is another package's: this one knows it in its README only.
    .replace(`'@leanvox/report'`, here('../../report/src/index.ts'))
  const cwd = fs.mkdtempSync(join(tmpdir(), 'hpo-readme-'))
  const flags = ['--conditions=@leanvox/source', '--input-type=module', '-e', program]
  const run = () => execFileSync(process.execPath, flags, { cwd, encoding: 'utf8' })
  expect([run(), run()]).toEqual(['40 4\n', '40 4\n'])
  const page = fs.readFileSync(join(cwd, 'demo.html'), 'utf8')
  expect(page).toContain('Study demo')
  expect(page.match(/<svg/g)?.length).toBeGreaterThan(6)
  fs.rmSync(cwd, { recursive: true })
})
