import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { resultsMarkdown, type ResultsFile } from '../src/results-page.ts'

const place = (name: string) => new URL(`../../../docs/results/${name}`, import.meta.url)
const published = (name: string) => readFileSync(place(name), 'utf8')

test.skipIf(!existsSync(place('htl.json')))('the published page is the one its rows give', () => {
  const file = JSON.parse(published('htl.json')) as ResultsFile
  expect(published('htl.md')).toBe(resultsMarkdown(file))
})

test.skipIf(!existsSync(place('htl.json')))('every published row has its setting, arm, seed and scores', () => {
  const { rows } = JSON.parse(published('htl.json')) as ResultsFile
  expect(rows.length).toBeGreaterThan(0)
  for (const row of rows) {
    for (const key of ['iou', 'dice', 'boxIou50', 'boxIou75'] as const) {
      expect(row[key]).toBeGreaterThanOrEqual(0)
      expect(row[key]).toBeLessThanOrEqual(1)
    }
  }
})
