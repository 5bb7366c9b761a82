import { describe, expect, it } from 'vitest'
import type { Figure } from './figure.ts'
import { paretoFigure } from './pareto-figure.ts'
import { renderSvg } from './render-svg.ts'
import { trainingCostFigure } from './training-cost-figure.ts'

async function draw({ spec }: Figure): Promise<string> {
  const warnings: string[] = []
  const svg = await renderSvg(spec, { onWarning: (message) => warnings.push(message) })
  expect(warnings).toEqual([])
  return svg
}

/** Drawn shapes in the groups of one kind of mark. */
function marks(svg: string, kind: 'symbol' | 'line' | 'area' | 'rect'): number {
  const groups = svg.matchAll(new RegExp(`<g class="mark-${kind} role-mark[^"]*"[^>]*[^/]>(.*?)</g>`, 'gs'))
  return [...groups].reduce((sum, [, inside]) => sum + (inside.match(/<(path|line|rect)/g) ?? []).length, 0)
}

const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text)

describe('paretoFigure', () => {
  const band = (estimate: number) => ({ estimate, low: estimate - 0.01, high: estimate + 0.01 })
  const curves = [
    {
      name: 'SSHN',
      points: [0.9, 0.95].map((dice, i) => ({ cost: 1e8 * (i + 1), value: band(dice), label: `φ = ${i}` })),
    },
    {
      name: 'Fixed',
      points: [
        { cost: 1e8, value: 0.91 },
        { cost: 2e8, value: NaN },
        { cost: 0, value: 0.5 },
      ],
    },
  ]

  it('draws a line and a band a method, and a point wherever cost and value are known', async () => {
    const figure = paretoFigure({ curves })
    const svg = await draw(figure)
    expect([marks(svg, 'symbol'), marks(svg, 'line'), marks(svg, 'area')]).toEqual([3, 2, 1])
    expect(texts(svg)).toEqual(
      expect.arrayContaining(['SSHN', 'Fixed', '100M', 'multiply-adds of one forward pass (log scale)', 'Dice']),
    )
    expect(figure.alt).toBe('SSHN: φ = 0, 100\u202fM: 0.900; φ = 1, 200\u202fM: 0.950. Fixed: 100\u202fM: 0.910.')
  })

  it('says that there is nothing to draw', async () => {
    expect(texts(await draw(paretoFigure({ curves: [] })))).toEqual(['no values to draw'])
  })
})

describe('trainingCostFigure', () => {
  const methods = [
    { name: 'SSHN', seconds: 240, multiplyAdds: 2e12 },
    { name: 'Fixed × 6', seconds: 600, multiplyAdds: 9e12 },
    { name: 'unmeasured', seconds: NaN, multiplyAdds: 1e12 },
  ]

  it('draws a bar a method in a panel for time and one for multiply-adds, each with its number', async () => {
    const figure = trainingCostFigure({ methods })
    const svg = await draw(figure)
    expect(marks(svg, 'rect')).toBe(5)
    expect(texts(svg)).toEqual(
      expect.arrayContaining([
        'training time (minutes)',
        'training multiply-adds',
        '4\u202fmin 00\u202fs',
        '9.00\u202fT',
      ]),
    )
    expect(figure.alt).toContain('Fixed × 6: 10\u202fmin 00\u202fs, 9.00\u202fT multiply-adds.')
  })

  it('leaves out a panel in which nothing is known', async () => {
    const svg = await draw(trainingCostFigure({ methods: methods.map((one) => ({ ...one, seconds: NaN })) }))
    expect(texts(svg).filter((text) => text.startsWith('training'))).toEqual(['training multiply-adds'])
  })

  it('says that there is nothing to draw', async () => {
    expect(texts(await draw(trainingCostFigure({ methods: [] })))).toEqual(['no values to draw'])
  })
})
