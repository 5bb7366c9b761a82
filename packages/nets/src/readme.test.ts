import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

test('the lines of the README run and print shape, parameters and multiply-adds', () => {
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
    expect(printed).toMatch(/^1 x 20 x 24 x 17 x 2 \d+ \d+$/m)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
