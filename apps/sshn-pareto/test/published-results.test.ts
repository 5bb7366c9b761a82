import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { resultsMarkdown, type ResultsFile } from '../src/results-page.ts'

const at = (file: string) => new URL(`../../../docs/results/${file}`, import.meta.url)
const published = ['sshn', 'sshn-wide', 'sshn-hippocampus', 'sshn-registration'].filter((name) =>
  existsSync(at(`${name}.json`)),
)

if (published.length === 0) test.todo('no results of this app are published yet')

describe.each(published)('the published results %s', (name) => {
  const file = JSON.parse(readFileSync(at(`${name}.json`), 'utf8')) as ResultsFile

  test('are the page that their rows make', () => {
    expect(readFileSync(at(`${name}.md`), 'utf8')).toBe(resultsMarkdown(file))
  })

  test('have the columns that readers rely on in every row', () => {
    for (const row of file.rows) {
      expect(Object.keys(row)).toEqual(
        expect.arrayContaining(['method', 'phi', 'seed', 'dice', 'multiplyAdds', 'trainSeconds']),
      )
    }
  })
})
