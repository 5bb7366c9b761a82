import { readFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as volume from '@leanvox/volume'
import { expect, test } from 'vitest'
import * as api from './index.ts'

type Run = (names: Record<string, unknown>, folder: string) => Promise<Record<string, unknown>>

test('the example runs', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const [, block] = /```ts\n([\s\S]*?)```/.exec(readme) ?? []
  const code = block.replace(/^(import|const folder) .*$/gm, '').replaceAll(' as const', '')
  const names = { ...volume, ...api }
  const body = `return (async () => { const { ${Object.keys(names).join(', ')} } = names; ${code}; return { good, bad, cases, ct } })()`
  // The README is ours, and no TypeScript is left in its example.
  const run = new Function('names', 'folder', body) as Run
  const result = await run(names, await mkdtemp(join(tmpdir(), 'io-medical-')))
  expect(result['bad']).toEqual([])
  expect(result['cases']).toMatchObject([{ id: 'a', image: Float32Array.of(0, 0.5, 0.55, 0.6), shape: [1, 2, 2] }])
  expect(result['ct']).toMatchObject({ data: Int16Array.of(-900, 40, 60, 80), spacing: [5, 1, 1] })
})
