import { readFileSync } from 'node:fs'

import { expect, it } from 'vitest'

import { diagnose, formatDiagnosis } from './index.ts'

it('runs the code of the README', async () => {
  const diagnosis = await diagnose({ backend: 'wasm' })
  const text = formatDiagnosis(diagnosis)
  const wrong = diagnosis.checks.filter(({ passed }) => !passed)
  expect(text).toContain('Chosen: wasm')
  expect(wrong).toEqual([])
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const shown =
    /```ts\n([\s\S]*?)```/
      .exec(readme)?.[1]
      .split('\n')
      .filter((line) => line.startsWith('const')) ?? []
  const run = readFileSync(new URL(import.meta.url), 'utf8')
    .split('\n')
    .map((line) => line.trim())
  expect(shown.length).toBe(3)
  for (const line of shown) expect(run).toContain(line)
})
