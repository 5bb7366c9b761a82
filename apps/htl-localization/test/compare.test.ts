/** The whole job on a few phantoms: every setting and arm, killed and continued, then its tables and its page. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TrainJobResult } from '../src/jobs.ts'
import { writePhantomData } from '../src/phantom-data.ts'
import type { RunResults } from '../src/results.ts'
import { runApp, startApp } from './run-app.ts'

const htl = { warmup: 1, every: 1, sparsities: [0.6], fraction: 0.25 }
const CONFIG = {
  backend: 'wasm',
  seeds: [0],
  data: { size: [16, 16] },
  supervised: { network: { levels: 2, channels: [4, 8], convsPerLevel: 1 }, epochs: 2, batchSize: 8, htl },
  semiSupervised: {
    network: { levels: 2, channels: [4, 8], convsPerLevel: 1 },
    epochs: 2,
    batchSize: 8,
    labelledFraction: 0.3,
    htl,
  },
  weaklySupervised: { network: { channels: [4, 8], convsPerLevel: 1 }, epochs: 2, batchSize: 8, otherMaps: [{}], htl },
  find: { sparsities: [0.6] },
  sweep: [{ name: 'oversample', knob: 'rule', htl: { rule: 'oversample' } }],
  analysis: { resamples: 100 },
}

let root: string
let args: string[]
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'htl-compare-'))
  const data = await writePhantomData(join(root, 'data'), { seed: 5, count: 60, side: 24 })
  const config = join(root, 'config.json')
  writeFileSync(config, JSON.stringify(CONFIG))
  args = ['--data', data, '--external', data, '--out', join(root, 'run'), '--config', config]
}, 120_000)
afterAll(() => rmSync(root, { recursive: true }))

const at = (name: string) => join(root, 'run', name)
const read = <T>(path: string) => JSON.parse(readFileSync(path, 'utf8')) as T

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 50))
}

test('a comparison that is interrupted goes on, and ends with tables and a page', { timeout: 600_000 }, async () => {
  const first = at('jobs/supervised/plain/seed-0/result.json')
  const running = startApp(['compare', ...args])
  await until(() => existsSync(first))
  running.process.kill('SIGINT')
  const interrupted = await running.ended
  expect(interrupted.code).toBe(130)
  expect(interrupted.stderr).toMatch(/htl-localization: interrupted; start the same command again to go on\n$/)
  const made = statSync(first).mtimeMs

  const ended = await runApp(['compare', ...args])
  expect(ended.stderr).not.toContain('htl-localization: ')
  expect(ended.code).toBe(0)
  // What was finished is not repeated.
  expect(statSync(first).mtimeMs).toBe(made)
  expect(ended.stdout).toContain(`report: ${at('report.html')}`)

  const results = read<RunResults>(at('results.json'))
  expect(results.rows).toHaveLength(15)
  expect(results.summaries.filter(({ differences }) => differences !== null)).toHaveLength(12)
  for (const { iou, dice, boxIou50, externalIou } of results.rows) {
    for (const value of [iou, dice, boxIou50, externalIou]) {
      expect(value).toBeGreaterThanOrEqual(0)
      expect(value).toBeLessThanOrEqual(1)
    }
  }
  expect(results.sweep.map(({ name }) => name)).toEqual(['oversample'])
  expect(results.analysis.demographics.map(({ setting }) => setting)).toEqual([
    'supervised',
    'semi-supervised',
    'weakly-supervised',
  ])
  expect(existsSync(at('figures/figure-1.svg'))).toBe(true)

  const attended = read<TrainJobResult>(at('jobs/supervised/htl/seed-0/result.json'))
  expect(attended.rounds.map(({ epoch, set }) => [epoch, set.length])).toEqual([
    [2, Math.round(0.25 * results.cases.train)],
  ])
  const weak = read<TrainJobResult>(at('jobs/weakly-supervised/plain/seed-0/result.json'))
  expect(weak.others.map(({ name }) => name)).toEqual(['cam, otsu'])

  const other = await runApp(['compare', ...args.slice(0, -1), await changed({ find: { sparsities: [0.5] } })])
  expect(other.code).toBe(1)
  expect(other.stderr).toContain(
    'got other values for settings.find.sparsities (use another --out folder for a new run)',
  )

  const exported = await runApp(['export', '--out', at(''), '--to', join(root, 'htl'), '--note', 'as a test'])
  expect(exported.code).toBe(0)
  const rows = read<{ rows: Record<string, unknown>[] }>(join(root, 'htl.json')).rows
  for (const row of rows) {
    expect(Object.keys(row)).toEqual(
      expect.arrayContaining(['setting', 'arm', 'seed', 'iou', 'dice', 'boxIou50', 'boxIou75']),
    )
  }
  expect(readFileSync(join(root, 'htl.md'), 'utf8')).toContain('- Note: as a test\n')

  const analysed = await runApp(['analyse', '--out', at('')])
  expect(analysed.stdout).toMatch(/### supervised: \d+ of \d+ training images are hard to learn \(seeds 0\)/)
})

async function changed(change: object): Promise<string> {
  const path = join(root, 'changed.json')
  writeFileSync(path, JSON.stringify({ ...CONFIG, ...change }))
  return path
}
