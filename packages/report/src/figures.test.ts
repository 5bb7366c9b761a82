/** The figures, read back from their SVG: Vega marks each layer of a mark with a class. */
import { describe, expect, it } from 'vitest'
import { costDiceFigure, costDiceTable } from './cost-dice-figure.ts'
import type { Figure } from './figure.ts'
import { ladderFigure } from './ladder-figure.ts'
import { learningCurvesFigure } from './learning-curves-figure.ts'
import { renderSvg } from './render-svg.ts'
import { scatterFigure } from './scatter-figure.ts'
import { searchHistoryFigure } from './search-history-figure.ts'

async function draw({ spec }: Figure): Promise<string> {
  const warnings: string[] = []
  const svg = await renderSvg(spec, { onWarning: (message) => warnings.push(message) })
  expect(warnings).toEqual([])
  return svg
}

/** Drawn shapes in the groups of one kind of mark, without legendsand axes. */
function marks(svg: string, kind: 'symbol' | 'line' | 'rule' | 'rect'): number {
  const groups = svg.matchAll(new RegExp(`<g class="mark-${kind} role-mark[^"]*"[^>]*[^/]>(.*?)</g>`, 'gs'))
  return [...groups].reduce((sum, [, inside]) => sum + (inside.match(/<(path|line|rect)/g) ?? []).length, 0)
}

const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text)
const arm = (name: string, values: (number | null)[]) => ({
  name,
  points: values.map((value, trial) => ({ trial, seconds: 10 * (trial + 1), value })),
})

describe('searchHistoryFigure', () => {
  const arms = [arm('full', [0.5, 0.7, 0.6]), arm('proxy', [0.4, NaN, 0.65, null])]

  it('draws a point per value, a line per arm and a legend', async () => {
    const figure = searchHistoryFigure({ arms })
    const svg = await draw(figure)
    expect(marks(svg, 'symbol')).toBe(5)
    expect(marks(svg, 'line')).toBe(2)
    expect(texts(svg)).toEqual(expect.arrayContaining(['full', 'proxy', 'search time (seconds)', 'Dice']))
    expect(figure.caption).toBe('Points are trials; 2 without a value have no point; lines are the best Dice so far.')
    expect(figure.alt).toBe('Best Dice at the end of the search: full 0.7000, proxy 0.6500.')
  })

  it('works the best value out, downwards when minimising', () => {
    const figure = searchHistoryFigure({ arms: [arm('a', [3, 1, 2])] }, { direction: 'minimize', valueName: 'loss' })
    expect(figure.alt).toBe('Best loss at the end of the search: a 1.')
  })

  it('keeps the best values it is given', () => {
    const points = [{ trial: 0, seconds: 1, value: 0.5, best: 0.9 }]
    expect(searchHistoryFigure({ arms: [{ name: 'a', points }] }).alt).toContain('a 0.9')
  })

  it('draws against trials when asked, without needing seconds', async () => {
    const points = [0.1, 0.3].map((value, trial) => ({ trial, value }))
    const svg = await draw(searchHistoryFigure({ arms: [{ name: 'a', points }] }, { x: 'trial' }))
    expect(marks(svg, 'symbol')).toBe(2)
    expect(texts(svg)).toContain('trial')
  })

  it('says that there is nothing to draw', async () => {
    expect(texts(await draw(searchHistoryFigure({ arms: [] })))).toEqual(['no values to draw'])
  })
})

describe('scatterFigure', () => {
  const points = [
    { x: 0.1, y: 0.2 },
    { x: 0.2, y: 0.3 },
    { x: NaN, y: 0.3 },
    { x: 0.3, y: 0.5 },
  ]

  it('draws a point per pair, the fitted line, and the correlation with its interval', async () => {
    const figure = scatterFigure({ points, correlation: { estimate: 0.9, low: 0.7, high: 1 } })
    const svg = await draw(figure)
    expect(marks(svg, 'symbol')).toBe(3)
    expect(marks(svg, 'line')).toBe(1)
    expect(texts(svg)).toContain('Spearman 0.90 [0.70, 1.00]')
    expect(figure.caption).toContain('3 configurations')
    expect(figure.caption).toContain('1 without both values left out')
  })

  it('has a legend only when points belong to groups', async () => {
    const grouped = points.map((point, i) => ({ ...point, group: i < 2 ? 'first' : 'second' }))
    expect(texts(await draw(scatterFigure({ points: grouped })))).toEqual(expect.arrayContaining(['first', 'second']))
    expect(texts(await draw(scatterFigure({ points })))).not.toContain('first')
  })

  it('draws one point without a line', async () => {
    const svg = await draw(scatterFigure({ points: points.slice(0, 1) }))
    expect([marks(svg, 'symbol'), marks(svg, 'line')]).toEqual([1, 0])
  })
})

describe('costDiceFigure', () => {
  const arms = [
    { name: 'full', seconds: 7200, multiplyAdds: 2e12, dice: { estimate: 0.8, low: 0.7, high: 0.9 }, hd95: 2 },
    { name: 'proxy', seconds: 1800, dice: 0.75 },
    { name: 'failed', seconds: 100, dice: NaN },
  ]

  it('draws a point per arm that has a result, and a whisker per interval', async () => {
    const figure = costDiceFigure({ arms })
    const svg = await draw(figure)
    expect(marks(svg, 'symbol')).toBe(2)
    expect(marks(svg, 'rule')).toBe(1)
    expect(texts(svg)).toContain('search time (hours, log scale)')
    expect(figure.alt).toContain('proxy: 30\u202fmin 00\u202fs, 0.75')
  })

  it('comes as a table with the speed-up against the first arm', () => {
    const { rows, columns } = costDiceTable({ arms })
    expect(rows.map(({ speedup }) => speedup)).toEqual([1, 4, 72])
    expect(columns.map(({ key }) => key)).toEqual(['name', 'seconds', 'multiplyAdds', 'speedup', 'dice', 'hd95'])
  })
})

describe('ladderFigure', () => {
  const rungs = [
    { name: 'full', cost: 8, correlation: 1 },
    { name: 'half', cost: 2, correlation: { estimate: 0.9, low: 0.8, high: 0.95 }, chosen: true },
    { name: 'unmeasured', cost: NaN, correlation: NaN },
  ]

  it('draws rungs relative to the dearest one, names them and fills the chosen one', async () => {
    const figure = ladderFigure({ rungs }, { minimumCorrelation: 0.85 })
    const svg = await draw(figure)
    expect(marks(svg, 'symbol')).toBe(2)
    expect(marks(svg, 'rule')).toBe(2)
    expect(texts(svg)).toEqual(expect.arrayContaining(['full', 'half']))
    expect(figure.alt).toContain('half: 25.0\u202f%, 0.9')
    expect(figure.caption).toContain('the chosen rung is filled')
  })

  it('is a figure without rungs too', async () => {
    expect(texts(await draw(ladderFigure({ rungs: [] })))).toEqual(['no values to draw'])
  })
})

describe('learningCurvesFigure', () => {
  it('draws a panel per measure that has values', async () => {
    const points = [1, 2, 3].map((epoch) => ({ epoch, loss: 1 / epoch, dice: epoch === 2 ? 0.5 : null }))
    const svg = await draw(learningCurvesFigure({ curves: [{ name: 'a', points }] }))
    expect(marks(svg, 'line')).toBe(2)
    expect(marks(svg, 'symbol')).toBe(4)
    const lossOnly = points.map(({ epoch, loss }) => ({ epoch, loss }))
    const one = await draw(learningCurvesFigure({ curves: [{ name: 'a', points: lossOnly }] }))
    expect(texts(one)).not.toContain('validation Dice')
  })
})
