import { readFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRng } from '@leanvox/random'
import * as volume from '@leanvox/volume'
import { expect, test } from 'vitest'
import { writePng } from '../fixtures/write-picture.ts'
import * as api from './index.ts'

type Run = (names: Record<string, unknown>, folder: string) => Promise<Record<string, unknown>>

/** Runs the n-th example with the names it imports; `answer` lists what it made. */
async function example(index: number, { folder, answer }: { folder: string; answer: string }) {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const [, block] = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)][index]
  const code = block.replace(/^(import|const folder) .*$/gm, '').replaceAll(' as const', '')
  const names = { ...volume, ...api, createRng }
  const body = `return (async () => { const { ${Object.keys(names).join(', ')} } = names; ${code}; return { ${answer} } })()`
  // The README is ours, and no TypeScript is left in its examples.
  const run = new Function('names', 'folder', body) as Run
  return run(names, folder)
}

test('the example of volumes runs', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'io-medical-'))
  const result = await example(0, { folder, answer: 'good, bad, cases, ct' })
  expect(result['bad']).toEqual([])
  expect(result['cases']).toMatchObject([{ id: 'a', image: Float32Array.of(0, 0.5, 0.55, 0.6), shape: [1, 2, 2] }])
  expect(result['ct']).toMatchObject({ data: Int16Array.of(-900, 40, 60, 80), spacing: [5, 1, 1] })
})

test('the example of pictures runs', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'io-medical-'))
  for (let i = 0; i < 10; i++) {
    await writePng(join(folder, `images/ISIC_${i}.png`), [[[i, i, i]]])
    await writePng(join(folder, `masks/ISIC_${i}.png`), [[255]])
  }
  const result = await example(1, { folder, answer: 'split, pictures' })
  expect(result['pictures']).toMatchObject({
    bad: [],
    warnings: [],
    cases: Array(10).fill({ shape: [1, 64, 64], channels: 3 }),
  })
  expect(result['split']).toMatchObject({ train: { length: 7 }, validation: { length: 1 }, test: { length: 2 } })
})
