import { renderReport } from '@leanvox/report'
import { describe, expect, test } from 'vitest'
import { EXAMPLE_RESULTS } from '../test/example-results.ts'
import { runReport, type PageInput } from './page.ts'
import type { FinishedTrial } from './results.ts'

const trial = (number: number, value: number | null): FinishedTrial => ({
  number,
  setting: { learningRate: 0.1 },
  state: value === null ? 'fail' : 'complete',
  value,
  attributes: null,
  failure: value === null ? 'killed' : null,
})
const input: PageInput = {
  results: EXAMPLE_RESULTS,
  arms: EXAMPLE_RESULTS.arms.map(({ arm }) => ({ arm, trials: [trial(0, 0.5), trial(1, null), trial(2, 0.8)] })),
  selection: { ids: ['a', 'b'], similarity: [1, 0.25, 0.25, 1], chosen: ['b'], seconds: 2 },
  measure: 'mutual information',
  gallery: null,
  warnings: ['12 files were listed twice'],
  setAside: ['loadCase: expected finite voxels in <x>.nii.gz, got 1 of 8 voxels NaN or infinite'],
}

describe('runReport', () => {
  test('leads with what both proxies saved and cost', () => {
    const { title, highlights } = runReport(input)
    expect(title).toBe('Proxy-accelerated hyper-parameter search on Examples')
    expect(highlights?.map(({ value }) => value)).toEqual(['5.00×', '10.0×', '0.750', '–'])
  })

  test('tells of data that need a look, the refused ones first, and only when there are any', () => {
    const titles = (report: ReturnType<typeof runReport>) => report.sections.map(({ title }) => title)
    expect(titles(runReport(input)).at(-1)).toBe('Data that need a look')
    expect(runReport(input).sections.at(-1)?.text).toEqual([`Set aside: ${input.setAside[0]}`, input.warnings[0]])
    expect(titles(runReport({ ...input, warnings: [], setAside: [] }))).not.toContain('Data that need a look')
  })

  test('does without the arms that were not searched, and without correlations', () => {
    const results = { ...EXAMPLE_RESULTS, arms: EXAMPLE_RESULTS.arms.slice(0, 1), correlations: [] }
    const report = runReport({ ...input, results, arms: input.arms.slice(0, 1) })
    expect(report.highlights).toEqual([])
    expect(report.sections.map(({ text }) => text)).toContain('Not measured in this run.')
  })

  test('renders to one page that loads nothing and shows every part', async () => {
    const html = await renderReport(runReport(input))
    expect(html).toMatch(/^<!doctype html>/i)
    expect(html.match(/<svg/g)?.length).toBeGreaterThanOrEqual(5)
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
    for (const text of ['proxy-net/proxy-data', 'mutual information', '12 files were listed twice', 'a machine'])
      expect(html).toContain(text)
    expect(html).toContain('&lt;x&gt;.nii.gz')
  })
})
