/** Phantoms as the quickstart's, fewer of them, one plain training: the planted hard groups are over-represented among the hard images. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Analysis } from '../src/analyse.ts'
import { writePhantomData } from '../src/phantom-data.ts'
import { QUICKSTART } from '../src/presets.ts'
import { runApp } from './run-app.ts'

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'htl-planted-'))
})
afterAll(() => rmSync(root, { recursive: true }))

test(
  'small, faint and acral lesions have ratios above 1, the others of their kind below',
  { timeout: 900_000 },
  async () => {
    const data = await writePhantomData(join(root, 'data'), { ...QUICKSTART.phantoms, count: 280 })
    const config = join(root, 'config.json')
    const find = { ...QUICKSTART.config.find, sparsities: [0.5, 0.7, 0.9] }
    writeFileSync(config, JSON.stringify({ ...QUICKSTART.config, arms: ['plain'], seeds: [0], find }))
    const ended = await runApp(['compare', '--data', data, '--out', join(root, 'run'), '--config', config])
    expect(ended.code).toBe(0)
    const { demographics } = JSON.parse(readFileSync(join(root, 'run', 'analysis.json'), 'utf8')) as Analysis
    const ratio = (category: string) => demographics[0].ratios.find((row) => row.category === category)!.ratio.estimate
    for (const planted of ['1 of 4 (smallest)', '1 of 4 (faintest)', 'acral'])
      expect(ratio(planted)).toBeGreaterThan(1.2)
    for (const easy of ['4 of 4 (largest)', '4 of 4 (strongest)']) expect(ratio(easy)).toBeLessThan(1)
  },
)
