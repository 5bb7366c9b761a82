import { renderReport } from '@leanvox/report'
import { describe, expect, it } from 'vitest'
import { EXAMPLE_RESULTS } from '../test/example-run.ts'
import { runReport } from './page.ts'

const titles = (report: ReturnType<typeof runReport>) => report.sections.map(({ title }) => title)

describe('runReport', () => {
  it('leads with the difference to plain and how well the set repeats', () => {
    const { highlights, subtitle } = runReport({ results: EXAMPLE_RESULTS, galleries: [] })
    expect(highlights?.map(({ label }) => label)).toEqual([
      'IoU points over plain, supervised',
      'IoU points over plain, weakly-supervised',
      'The set repeats over seeds',
    ])
    expect(subtitle).toBe(
      '180 training, 20 validation and 100 test images, all images of a lesion on one side; 2 seeds',
    )
  })

  it('has a section for every question', () => {
    expect(titles(runReport({ results: EXAMPLE_RESULTS, galleries: [] }))).toEqual([
      'Does attending help?',
      'Who is hard to learn, supervised',
      'Who is hard to learn, weakly-supervised',
      'Who gains',
      'Sparsity and other knobs',
      'Does the set repeat?',
      'Data that need a look',
    ])
  })

  it('does without what a short run does not have', async () => {
    const plain = EXAMPLE_RESULTS.rows.filter(({ arm, seed }) => arm === 'plain' && seed === 0)
    const results = {
      ...EXAMPLE_RESULTS,
      rows: plain,
      summaries: EXAMPLE_RESULTS.summaries.filter(({ arm }) => arm === 'plain'),
      sweep: [],
      sparsity: [],
      analysis: { demographics: [], repeats: [], gains: [] },
      warnings: [],
      setAside: [],
    }
    const report = runReport({ results, galleries: [] })
    expect(report.highlights).toEqual([])
    expect(report.subtitle).toContain('2 of 12 trainings have finished')
    expect(await renderReport(report)).toContain('Not measured in this run')
  })

  it('renders to one page that loads nothing', async () => {
    const html = await renderReport(runReport({ results: EXAMPLE_RESULTS, galleries: [] }))
    expect(html.match(/<svg/g)?.length).toBeGreaterThanOrEqual(8)
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
    for (const text of ['acral', 'sparsity 0.9', '&lt;bad&gt;.jpg', 'a machine']) expect(html).toContain(text)
  })
})
