import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

test('the example of the README runs and finds its cube', { timeout: 30_000 }, async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const code = /```ts\n([\s\S]*?)```/.exec(readme)![1]
  // Below the package, so that its imports resolve; build/ is ignored by git and left out of the tarball.
  const build = fileURLToPath(new URL('../build/', import.meta.url))
  mkdirSync(build, { recursive: true })
  const folder = mkdtempSync(`${build}readme-`)
  try {
    writeFileSync(`${folder}/example.ts`, code)
    const args = ['--conditions=@leanvox/source', `${folder}/example.ts`]
    const { stdout } = await promisify(execFile)(process.execPath, args)
    expect(Number(stdout.split(' ')[0])).toBeGreaterThan(0.8)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
