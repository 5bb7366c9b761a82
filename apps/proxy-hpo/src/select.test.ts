import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRng } from '@leanvox/random'
import type { PreparedCase } from '@leanvox/training'
import { createVolume } from '@leanvox/volume'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConfig } from './config.ts'
import { selectCases, type Selection } from './select.ts'

let folder: string
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'proxy-hpo-select-'))))
afterAll(() => rmSync(folder, { recursive: true }))

const shape = [6, 6, 6] as const
const cases = ['a', 'b', 'c', 'd', 'e'].map((id): PreparedCase => {
  const rng = createRng(id)
  const label = Uint8Array.from({ length: 216 }, (_, i) => (i % 36 < 9 ? 1 : 0))
  const { spacing, affine } = createVolume({ data: label, shape })
  return {
    id,
    image: Float32Array.from(label, (value) => value + rng.normal()),
    label,
    channels: 1,
    shape,
    spacing,
    affine,
  }
})
const config = parseConfig({ proxyData: { budget: 0.4, grid: [6, 6, 6] } }, 'test')

test.each(['mutual-information', 'normalized-mutual-information', 'local-correlation'] as const)(
  'chooses the share of the budget, by %s, with the similarity of every pair',
  async (measure) => {
    const path = join(folder, `${measure}.json`)
    const settings = { ...config, proxyData: { ...config.proxyData, measure } }
    const { ids, chosen, similarity, seconds } = await selectCases(cases, { config: settings, path })
    expect(ids).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(chosen).toHaveLength(2)
    expect(chosen).toEqual([...chosen].sort())
    expect(similarity).toHaveLength(25)
    expect(similarity[1]).toBe(similarity[5])
    expect(seconds).toBeGreaterThan(0)
  },
)

test('a stored selection is taken as it is, with the time it took', async () => {
  const path = join(folder, 'stored.json')
  const made = await selectCases(cases, { config, path })
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(made)
  const stored: Selection = { ...made, chosen: ['e'], seconds: 99 }
  writeFileSync(path, JSON.stringify(stored))
  expect(await selectCases(cases, { config, path })).toEqual(stored)
})

test('an interruption ends the comparison and stores nothing', async () => {
  const path = join(folder, 'none.json')
  const signal = AbortSignal.abort(new Error('interrupted'))
  await expect(selectCases(cases, { config, path, signal })).rejects.toThrow('interrupted')
  expect(() => readFileSync(path)).toThrow('ENOENT')
})
