import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { resultsMarkdown, resultsOf, type ResultsFile } from '../src/results-page.ts'

const published = (name: string) => readFileSync(new URL(`../../../docs/results/${name}`, import.meta.url), 'utf8')

test('the published page is the one its rows give', () => {
  const file = JSON.parse(published('proxy-hpo.json')) as ResultsFile
  expect(published('proxy-hpo.md')).toBe(resultsMarkdown(resultsOf(file)))
})

test('the figures of the root README are those of the rows', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')
  const { arms, correlations } = resultsOf(JSON.parse(published('proxy-hpo.json')) as ResultsFile)
  for (const row of arms) {
    const line = readme.split('\n').find((text) => text.startsWith(`| ${row.arm} `)) ?? ''
    const cells = line.split('|').map((cell) => cell.trim())
    expect(cells.slice(2, 5)).toEqual([
      `${row.searchSeconds.toFixed(0)} s`,
      `${row.speedup.toFixed(2)}×`,
      `${row.speedupMultiplyAdds.toFixed(2)}×`,
    ])
    expect(cells.slice(6, 8)).toEqual([row.finalDice.toFixed(3), `${row.finalHd95.toFixed(2)} mm`])
  }
  for (const { spearman } of correlations) {
    expect(readme).toContain(
      `${spearman.estimate.toFixed(2)} (${spearman.low.toFixed(2)} to ${spearman.high.toFixed(2)})`,
    )
  }
})
