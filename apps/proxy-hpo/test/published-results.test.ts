import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { resultsMarkdown, resultsOf, type ResultsFile } from '../src/results-page.ts'

const published = (name: string) => readFileSync(new URL(`../../../docs/results/${name}`, import.meta.url), 'utf8')

test('the published page is the one its rows give', () => {
  const file = JSON.parse(published('proxy-hpo.json')) as ResultsFile
  expect(published('proxy-hpo.md')).toBe(resultsMarkdown(resultsOf(file)))
})
