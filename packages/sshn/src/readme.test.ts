import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

test('the lines of the README run and print a front and a choice', { timeout: 60_000 }, () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const [, code] = /```ts\n([\s\S]*?)```/.exec(readme)!
  // Below the package, so that its dependencies resolve; build/ is ignored by git and left out of the tarball.
  const build = fileURLToPath(new URL('../build/', import.meta.url))
  mkdirSync(build, { recursive: true })
  const folder = mkdtempSync(`${build}readme-`)
  try {
    writeFileSync(`${folder}/example.ts`, code)
    const printed = execFileSync(process.execPath, ['--conditions=@leanvox/source', `${folder}/example.ts`], {
      encoding: 'utf8',
    })
    expect(printed).toMatch(/^0\.\d+ \d+ 0\.\d\d$/m)
    expect(printed).toMatch(/^phi 0\.\d+: 2 levels$/m)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
