/** The figures of a study, read back from their SVG. */
import { describe, expect, test } from 'vitest'
import type { Figure } from '../figure.ts'
import { renderReport } from '../render-report.ts'
import { renderSvg } from '../render-svg.ts'
import { studyContourFigure, studyRankFigure } from './study-contour-figure.ts'
import { studyDistributionFigure } from './study-distribution-figure.ts'
import { studyHistoryFigure } from './study-history-figure.ts'
import { studyImportanceFigure } from './study-importance-figure.ts'
import { studyIntermediateFigure } from './study-intermediate-figure.ts'
import { studyParallelFigure } from './study-parallel-figure.ts'
import { studyParetoFigure } from './study-pareto-figure.ts'
import { studyReport } from './study-report.ts'
import { studySliceFigure } from './study-slice-figure.ts'
import { studyTimelineFigure } from './study-timeline-figure.ts'
import type { StudyAxis, StudyObjective, StudyValues } from './study-values.ts'

const rate: StudyAxis = { name: 'rate', kind: 'number', log: true, low: 0.001, high: 1, step: null, choices: [] }
const layers: StudyAxis = { name: 'layers', kind: 'number', log: false, low: 0.5, high: 4.5, step: 1, choices: [] }
const kind: StudyAxis = {
  name: 'kind',
  kind: 'choice',
  log: false,
  low: 0,
  high: 1,
  step: null,
  choices: ['a <b>', 'c'],
}
const points = [
  { number: 0, x: 0.01, y: 'c', value: 3, rank: 1 },
  { number: 1, x: 0.1, y: 'a <b>', value: 2, rank: 0 },
]
const loss: StudyObjective = {
  name: 'loss',
  direction: 'minimize',
  history: [
    { number: 0, value: 3, best: 3, feasible: true },
    { number: 1, value: 2, best: 2, feasible: true },
    { number: 2, value: 1, best: 2, feasible: false },
  ],
  importances: [
    { parameter: 'rate', importance: 0.75 },
    { parameter: 'kind', importance: 0.25 },
  ],
  slices: [
    { axis: rate, points },
    { axis: kind, points: points.map(({ number, y, value }) => ({ number, x: y, value })) },
  ],
  contours: [{ x: rate, y: kind, points, surface: { columns: 3, rows: 2, values: [1, 2, 3, 1, 2, 3] } }],
  parallel: {
    axes: [rate, layers, kind],
    lines: [
      { number: 0, value: 3, positions: [0.2, 0.125, 0.75] },
      { number: 1, value: 2, positions: [0.5, null, 0.25] },
    ],
  },
  distribution: [
    { value: 2, share: 0.5 },
    { value: 3, share: 1 },
  ],
}
const study: StudyValues = {
  name: 'demo',
  counts: { complete: 3, pruned: 1, fail: 0, running: 1, waiting: 0 },
  objectives: [loss],
  best: [{ number: 1, values: [2], params: { rate: 0.1, kind: 'a <b>', flag: true, none: null } }],
  pareto: [],
  curves: [
    { number: 0, state: 'complete', points: [3, 2, null, 1].map((value, step) => ({ step, value })) },
    { number: 1, state: 'pruned', points: [{ step: 0, value: 9 }] },
  ],
  timeline: [
    { number: 0, state: 'complete', start: 0, end: 4 },
    { number: 1, state: 'running', start: 2, end: 6 },
  ],
}

async function draw({ spec }: Figure): Promise<string> {
  const warnings: string[] = []
  const svg = await renderSvg(spec, { onWarning: (message) => warnings.push(message) })
  expect(warnings).toEqual([])
  return svg
}

function marks(svg: string, mark: 'symbol' | 'line' | 'rule' | 'rect'): number {
  const groups = svg.matchAll(new RegExp(`<g class="mark-${mark} role-mark[^"]*"[^>]*[^/]>(.*?)</g>`, 'gs'))
  return [...groups].reduce((sum, [, inside]) => sum + (inside.match(/<(path|line|rect)/g) ?? []).length, 0)
}
const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text)

describe('figures of a study', () => {
  test('history: a point a trial, one line, what breaks a constraint is said', async () => {
    const figure = studyHistoryFigure(loss)
    const svg = await draw(figure)
    expect([marks(svg, 'symbol'), marks(svg, 'line')]).toEqual([3, 1])
    expect(figure.caption).toContain('Open points break a constraint (1).')
    expect(figure.alt).toBe('loss of 3 trials; best 2.')
  })
  test('importance: a bar a parameter, labelled with its share', async () => {
    const svg = await draw(studyImportanceFigure(loss))
    expect(marks(svg, 'rect')).toBe(2)
    expect(texts(svg)).toEqual(expect.arrayContaining(['rate', '75.0\u202f%', 'kind', '25.0\u202f%']))
  })
  test('distribution: one step line', async () => {
    const figure = studyDistributionFigure(loss)
    expect(marks(await draw(figure), 'line')).toBe(1)
    expect(figure.alt).toBe('Half of the trials have a loss of at most 2.')
  })
  test('slices: a panel a parameter on its own axis', async () => {
    const svg = await draw(studySliceFigure(loss))
    expect(marks(svg, 'symbol')).toBe(4)
    expect(texts(svg)).toEqual(expect.arrayContaining(['rate', 'kind', 'a &lt;b&gt;', 'c']))
  })
  test('contours: a cell for every value of the surface under the points; ranks: the points alone', async () => {
    const svg = await draw(studyContourFigure(loss))
    expect([marks(svg, 'rect'), marks(svg, 'symbol')]).toEqual([6, 2])
    const ranks = await draw(studyRankFigure(loss))
    expect([marks(ranks, 'rect'), marks(ranks, 'symbol')]).toEqual([0, 2])
  })
  test('parallel coordinates: a line a trial through named ends, whole values for a grid', async () => {
    const svg = await draw(studyParallelFigure(loss))
    expect(marks(svg, 'line')).toBe(2)
    expect(texts(svg)).toEqual(expect.arrayContaining(['0.001000', '1', '4', 'a &lt;b&gt;', 'c']))
  })
  test('Pareto: front, dominated and infeasible trials have a colour each', async () => {
    const pareto = [
      { number: 0, values: [1, 1, 0], onFront: true, feasible: true },
      { number: 1, values: [1, 2, 5], onFront: false, feasible: true },
      { number: 2, values: [0, 0, 0], onFront: false, feasible: false },
    ]
    const figure = studyParetoFigure(pareto, { names: ['cost', 'loss', 'time'], objectives: [0, 2] })
    const svg = await draw(figure)
    expect(marks(svg, 'symbol')).toBe(3)
    expect(texts(svg)).toEqual(expect.arrayContaining(['front', 'dominated', 'breaks a constraint', 'time']))
    expect(figure.caption).toContain('1 of 3 completed trials are on the front')
  })
  test('intermediate values and timeline: coloured by state', async () => {
    const curves = studyIntermediateFigure(study.curves)
    expect(texts(await draw(curves))).toEqual(expect.arrayContaining(['complete', 'pruned']))
    expect(curves.caption).toBe('One line a trial; 1 were pruned.')
    const svg = await draw(studyTimelineFigure(study.timeline))
    expect(marks(svg, 'rule')).toBe(2)
    expect(texts(svg)).toContain('time since the first start (seconds)')
  })
  test('a large study is drawn in part, and that is said', () => {
    const history = Array.from({ length: 5000 }, (_, number) => ({ number, value: 1, best: 1, feasible: true }))
    const { caption, spec } = studyHistoryFigure({ ...loss, history })
    expect(caption).toContain('2000 of 5000 drawn.')
    expect((spec as { data: { values: unknown[] } }).data.values.length).toBe(2000)
  })
})

describe('studyReport', () => {
  test('is one page with the best trials and every figure', async () => {
    const html = await renderReport(studyReport(study))
    expect(html.match(/<svg/g)?.length).toBe(9)
    expect(html).toContain('5 trials to minimize loss.')
    expect(html).toContain('a &lt;b&gt;')
    expect(html).not.toContain('a <b>')
  })
  test('shows the front of several objectives, and each objective', () => {
    const pareto = [{ number: 0, values: [1, 1], onFront: true, feasible: true }]
    const { sections, highlights } = studyReport({ ...study, objectives: [loss, { ...loss, name: 'time' }], pareto })
    expect(sections.map(({ title }) => title)).toEqual(['The front', 'Objective loss', 'Objective time', 'How it ran'])
    expect(highlights?.[0]).toEqual({ label: 'trials on the front', value: '1' })
  })
  test('says that there is nothing yet for a study without trials', async () => {
    const none = { history: [], importances: [], slices: [], contours: [], distribution: [] }
    const objective = { ...loss, ...none, parallel: { axes: [], lines: [] } }
    const empty = { ...study, objectives: [objective], best: [], curves: [], timeline: [] }
    const html = await renderReport(studyReport(empty))
    expect(html.match(/no values to draw/g)?.length).toBe(6)
  })
})
