import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { benchMarkdown, type BenchFile } from './bench-page.ts'

const file: BenchFile = {
  bench: 'demo',
  command: 'npm run bench -- demo',
  commit: 'abc1234',
  machine: { processor: 'chip', cores: 2, memoryGiB: 24, node: '24.0.0', date: '2026-01-02T03:04:05.000Z' },
  rows: [
    { case: 'a', metric: 'step [ms]', ours: 1.23456, peer: 'stock', theirs: 12.5, ratio: 0.0987648 },
    { case: 'b', metric: 'step [ms]', ours: 2 },
  ],
}

test('a page names command, commit and machine, and rounds to four digits', () => {
  const page = benchMarkdown(file)
  expect(page).toContain('- Command: `npm run bench -- demo`\n- Commit abc1234, 2026-01-02\n')
  expect(page).toContain('| a | step [ms] | 1.235 | stock | 12.5 | 0.09876 |\n| b | step [ms] | 2 | – | – | – |\n')
})

const results = new URL('../docs/results/', import.meta.url)
const published = readdirSync(results)
  .filter((name) => name.endsWith('.json'))
  .map((name) => [name, JSON.parse(readFileSync(new URL(name, results), 'utf8')) as Partial<BenchFile>] as const)
  .filter(([, content]) => content.bench !== undefined)

test.each(published)('the page of %s is the one its rows give', (name, content) => {
  const page = readFileSync(new URL(name.replace(/json$/, 'md'), results), 'utf8')
  expect(page).toBe(benchMarkdown(content as BenchFile))
})
