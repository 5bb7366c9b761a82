import { expect, test } from 'vitest'
import { EXAMPLE_RESULTS } from '../test/example-results.ts'
import { parseConfig } from './config.ts'
import {
  armTable,
  number,
  resultRows,
  resultsFile,
  resultsMarkdown,
  resultsOf,
  type ResultsFile,
  type RunResults,
} from './results-page.ts'

test('the table of arms holds the rounded rows, and a dash for what is not known', () => {
  expect(armTable(EXAMPLE_RESULTS.arms)).toEqual([
    "| arm | search s | search multiply-adds | speed-up (s) | speed-up (multiply-adds) | paper's | validation Dice | final Dice | final HD95 mm |",
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    '| full-net/full-data | 40.0 | 8.00e+9 | 1.00× | 1.00× | – | 0.800 | 0.750 | 3.50 |',
    '| proxy-net/proxy-data | 8.0 | 8.00e+8 | 5.00× | 10.00× | 4.4× | 0.800 | – | 3.50 (2 missed) |',
  ])
})

test('the rows of the JSON file have the keys that its readers rely on, arms first', () => {
  const rows = resultRows(EXAMPLE_RESULTS) as Record<string, unknown>[]
  expect(rows.map(({ kind }) => kind)).toEqual(['arm', 'arm', 'correlation', 'trial'])
  expect(Object.keys(rows[0]).slice(0, 8)).toEqual([
    'kind',
    'arm',
    'seed',
    'searchSeconds',
    'searchMultiplyAdds',
    'speedup',
    'finalDice',
    'finalHd95',
  ])
  expect(rows[1]).toMatchObject({ arm: 'proxy-net/proxy-data', seed: 9, searchSeconds: 8, speedup: 5, finalHd95: 3.5 })
  expect(rows[2]).toMatchObject({ condition: 'proxy-net', seed: 9, spearman: { estimate: 0.5, low: -0.5, high: 1 } })
})

test('the page names command, commit, date, seed and cases, and holds every table', () => {
  const page = resultsMarkdown(EXAMPLE_RESULTS)
  expect(page).toContain('# Proxy-accelerated search on Examples\n')
  expect(page).toContain(
    '- Command: `npm run proxy-hpo -- run --data d --out o`\n- Commit unknown, 2026-01-02, seed 9\n',
  )
  expect(page).toContain(
    '- Cases: 4 training (2 of them proxy data), 1 validation, 2 held out, 1 set aside as unusable\n',
  )
  for (const line of armTable(EXAMPLE_RESULTS.arms)) expect(page).toContain(`${line}\n`)
  expect(page).toContain('| proxy-net | 3 | validation | 0.50 | -0.50 to 1.00 | 0.25 | 0.33 |\n')
  expect(page).toContain('| full-net | 1000 | 4.00e+9 | 0.500 |\n')
  expect(page).toContain('| levels/2 | 400 | 2.00e+9 | – |\n')
})

test('the page is the same from results read back as JSON, where NaN has become null', () => {
  const stored = JSON.parse(JSON.stringify(EXAMPLE_RESULTS)) as RunResults
  expect(resultsMarkdown(stored)).toBe(resultsMarkdown(EXAMPLE_RESULTS))
})

test('the page is the same from the published file', () => {
  const file = JSON.parse(JSON.stringify(resultsFile(EXAMPLE_RESULTS, parseConfig({}, 'test')))) as ResultsFile
  expect(file.config.training.epochs).toBe(8)
  expect(resultsMarkdown(resultsOf(file))).toBe(resultsMarkdown(EXAMPLE_RESULTS))
})

test('the page says so when no correlation was measured', () => {
  expect(resultsMarkdown({ ...EXAMPLE_RESULTS, correlations: [] })).toContain('\nNot measured in this run.\n')
})

test('numbers are fixed, and a dash where there is none', () => {
  expect([number(1.005, 1), number(0, 2), number(null, 2), number(NaN, 2), number(Infinity, 2)]).toEqual(
    '1.0 0.00 – – –'.split(' '),
  )
})
