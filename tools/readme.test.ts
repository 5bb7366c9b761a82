/**
 * Runs the first ts block of the root README and of every package's README with plain Node, as a reader would, in
 * a folder that git ignores. Only executed examples stay true. A README without one fails.
 */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const execute = promisify(execFile)
const folder = resolve('build/readme')
const readmes = ['README.md', ...readdirSync('packages').map((name) => `packages/${name}/README.md`)].filter((path) =>
  existsSync(resolve(path, '..', 'package.json')),
)

/** The first fenced block of language ts, or undefined. */
function firstExample(markdown: string): string | undefined {
  return /^```ts\n([\s\S]*?)^```$/m.exec(markdown)?.[1]
}

async function run(path: string, code: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const file = resolve(folder, `${path.replaceAll('/', '-')}.ts`)
  writeFileSync(file, code)
  // Examples may write files; the packages are found from where the example lies, not from where it runs.
  const cwd = mkdtempSync(join(tmpdir(), 'readme-'))
  // The Node of the workspace, whatever runs the tests: examples are TypeScript.
  await execute(resolve('node_modules/.bin/node'), ['--conditions=@leanvox/source', file], { cwd })
  rmSync(cwd, { recursive: true })
}

describe.concurrent('the example', () => {
  it.each(readmes)(
    'of %s runs',
    async (path) => {
      expect(existsSync(path), `${path} exists`).toBe(true)
      const code = firstExample(readFileSync(path, 'utf8'))
      expect(code, `${path} has a block that starts with \`\`\`ts`).toBeDefined()
      await run(path, code ?? '')
    },
    180_000,
  ) // several run at once, each a process that loads TensorFlow.js
})

describe('firstExample', () => {
  it('takes the first ts block and leaves other languages', () => {
    expect(firstExample('a\n```sh\nls\n```\n```ts\nconst a = 1\n```\n```ts\nb\n```\n')).toBe('const a = 1\n')
    expect(firstExample('```sh\nls\n```\n')).toBeUndefined()
  })
})
