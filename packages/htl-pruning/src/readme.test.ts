import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

test('the lines of the README run and name the squares that can hardly be seen', { timeout: 180_000 }, () => {
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
    expect(printed).toMatch(/^hard to learn: \[ (6, 7|7, 6) \] \[ (6, 7|7, 6) \]$/m)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
