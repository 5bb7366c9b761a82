import { describe, expect, it } from 'vitest'
import { EXAMPLE_CONFIG, EXAMPLE_RESULTS } from '../test/example-run.ts'
import { armTable, resultsFile, resultsMarkdown } from './results-page.ts'

const page = resultsMarkdown(EXAMPLE_RESULTS)

describe('resultsMarkdown', () => {
  it('says what made it, and of what it consists', () => {
    expect(page).toContain('# Attending to hard-to-learn images on Examples\n')
    expect(page).toContain(
      '- Command: `npm run htl-localization -- compare`\n- Commit abc1234, 2026-01-01, seeds 0, 1\n',
    )
    expect(page).toContain(
      '- Images: 180 training, 20 validation, 100 test, 3 external (Elsewhere), 1 set aside as unusable\n',
    )
  })

  it('has the paper’s claim beside the htl arm’s difference and no other', () => {
    const lines = page.split('\n').filter((line) => line.includes('2 to 3 % |'))
    expect(lines.map((line) => line.split(' | ').slice(0, 2).join(' '))).toEqual([
      '| supervised htl',
      '| weakly-supervised htl',
    ])
  })

  it('shows every group with its corrected p-value, missing ones too', () => {
    expect(page).toMatch(
      /\| site: acral \| \d+ \| \d+ \| [\d.]+ \([\d.]+ to [\d.]+\) \| (χ²|Fisher) \| (< 0\.001|[\d.]+) \| (< 0\.001|[\d.]+) \|/,
    )
    expect(page).toContain('| age: missing |')
    expect(page).toMatch(/\| site: acral \| [\d.]+ \([\d.]+ to [\d.]+\) \| /)
  })

  it('tells of data that need a look', () => {
    expect(page).toContain('- 2 rows of metadata.csv without an image\n')
  })

  it('says so when trainings are missing', () => {
    expect(page).not.toContain('Not finished')
    const some = { ...EXAMPLE_RESULTS, rows: EXAMPLE_RESULTS.rows.slice(0, 5) }
    expect(resultsMarkdown(some)).toContain('- Not finished: 5 of 12 trainings are in the tables\n')
  })

  it('is made again from the file, byte for byte', () => {
    const file = JSON.parse(JSON.stringify(resultsFile(EXAMPLE_RESULTS, EXAMPLE_CONFIG)))
    expect(resultsMarkdown(file)).toBe(page)
  })
})

it('has one row an arm for the terminal', () => {
  expect(armTable(EXAMPLE_RESULTS.summaries)).toHaveLength(2 + 6)
})
