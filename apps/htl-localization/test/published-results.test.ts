import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { resultsMarkdown, type ResultsFile } from '../src/results-page.ts'

const place = (name: string) => new URL(`../../../docs/results/${name}`, import.meta.url)
// No results are published yet: the skipped tests say so by their titles.
const none = !existsSync(place('htl.json'))
const why = none ? ' (docs/results/htl.json does not exist yet)' : ''
const published = (name: string) => readFileSync(place(name), 'utf8')

test.skipIf(none)(`the published page is the one its rows give${why}`, () => {
  const file = JSON.parse(published('htl.json')) as ResultsFile
  expect(published('htl.md')).toBe(resultsMarkdown(file))
})

test.skipIf(none)(`every published row has its setting, arm, seed and scores${why}`, () => {
  const { rows } = JSON.parse(published('htl.json')) as ResultsFile
  expect(rows.length).toBeGreaterThan(0)
  for (const row of rows) {
    for (const key of ['iou', 'dice', 'boxIou50', 'boxIou75'] as const) {
      expect(row[key]).toBeGreaterThanOrEqual(0)
      expect(row[key]).toBeLessThanOrEqual(1)
    }
  }
})
