/** Figures that compare arms, groups and sets, read back from their SVG. */
import { decode } from 'fast-png'
import { describe, expect, it } from 'vitest'
import { armComparisonFigure } from './arm-comparison-figure.ts'
import { colourImage } from './colour-image.ts'
import type { Figure } from './figure.ts'
import { forestFigure } from './forest-figure.ts'
import { panelGallery } from './panel-gallery.ts'
import { renderReport } from './render-report.ts'
import { renderSvg } from './render-svg.ts'
import { stabilityFigure } from './stability-figure.ts'
import { sweepFigure } from './sweep-figure.ts'

async function draw({ spec }: Figure): Promise<string> {
  const warnings: string[] = []
  const svg = await renderSvg(spec, { onWarning: (message) => warnings.push(message) })
  expect(warnings).toEqual([])
  return svg
}

/** Drawn shapes in the groups of one kind of mark. */
function marks(svg: string, kind: 'symbol' | 'line' | 'rule' | 'rect' | 'area'): number {
  const groups = svg.matchAll(new RegExp(`<g class="mark-${kind} role-mark[^"]*"[^>]*[^/]>(.*?)</g>`, 'gs'))
  return [...groups].reduce((sum, [, inside]) => sum + (inside.match(/<(path|line|rect)/g) ?? []).length, 0)
}

const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text)

describe('armComparisonFigure', () => {
  const settings = [
    {
      name: 'supervised',
      arms: [
        { name: 'plain', seeds: [0.7, 0.72, 0.71] },
        { name: 'htl', seeds: [0.73, NaN, 0.75], mean: { estimate: 0.74, low: 0.73, high: 0.75 } },
        { name: 'focal', seeds: [] },
      ],
    },
    { name: 'weak', arms: [{ name: 'plain', seeds: [0.4] }] },
    { name: 'nothing yet', arms: [{ name: 'plain', seeds: [] }] },
  ]

  it('draws a panel per setting, a dot per seed, a band and a tick per arm, a rule per interval', async () => {
    const svg = await draw(armComparisonFigure({ settings }))
    expect(marks(svg, 'symbol')).toBe(6)
    // A band and a tick for each of three arms.
    expect(marks(svg, 'rect')).toBe(6)
    // One interval, and the line of the first arm in two panels.
    expect(marks(svg, 'rule')).toBe(3)
    expect(texts(svg)).toEqual(expect.arrayContaining(['supervised', 'weak', 'htl', 'mask IoU']))
    expect(texts(svg)).not.toContain('nothing yet')
  })

  it('says the means over seeds in words', () => {
    expect(armComparisonFigure({ settings }).alt).toBe('supervised: plain 0.710, htl 0.740. weak: plain 0.400.')
  })

  it('says that there is nothing to draw', async () => {
    expect(texts(await draw(armComparisonFigure({ settings: [] })))).toEqual(['no values to draw'])
  })
})

describe('forestFigure', () => {
  const rows = [
    { group: 'age', name: 'under 40', ratio: { estimate: 0.5, low: 0.3, high: 0.9 }, strong: true, note: '12 of 90' },
    { group: 'age', name: 'missing', ratio: { estimate: 1.1, low: 0.8, high: 1.5 } },
    { group: 'site', name: 'palm', ratio: { estimate: 0, low: 0, high: 0 } },
    { group: 'site', name: 'nowhere', ratio: { estimate: NaN, low: NaN, high: NaN } },
  ]

  it('draws a square with its interval per ratio and a triangle at the end for one off the axis', async () => {
    const figure = forestFigure({ rows })
    const svg = await draw(figure)
    expect(marks(svg, 'symbol')).toBe(3)
    expect(marks(svg, 'rule')).toBe(4)
    expect(texts(svg)).toEqual(expect.arrayContaining(['age: under 40', '0.50   12 of 90', '0.00']))
    expect(figure.caption).toContain('strong rows are significant; 1 without a ratio left out')
    expect(figure.alt).toBe(
      'age under 40: 0.50 [0.30, 0.90]; age missing: 1.10 [0.80, 1.50]; site palm: 0.00 [0.00, 0.00].',
    )
  })

  it('keeps the order of the rows and puts larger ratios to the right', async () => {
    const svg = await draw(forestFigure({ rows }))
    const [symbols] = [
      ...svg.matchAll(/role-mark[^"]*"[^>]*>((?:<path[^>]*transform="translate[^>]*>(?:<\/path>)?)+)/g),
    ]
    const places = [...symbols[1].matchAll(/translate\(([\d.]+),([\d.]+)\)/g)].map(([, x, y]) => [Number(x), Number(y)])
    expect(places[0][0]).toBeLessThan(places[1][0])
    expect(places[0][1]).toBeLessThan(places[1][1])
  })

  it('is a figure without rows too', async () => {
    expect(texts(await draw(forestFigure({ rows: [] })))).toEqual(['no values to draw'])
  })
})

describe('sweepFigure', () => {
  it('draws a line and points per series and a band where there are intervals', async () => {
    const series = [
      {
        name: 'htl',
        points: [0.5, 0.7, 0.9].map((x) => ({ x, value: { estimate: x, low: x - 0.1, high: x + 0.1 } })),
      },
      {
        name: 'plain',
        points: [
          { x: 0.5, value: 0.4 },
          { x: 0.9, value: NaN },
        ],
      },
    ]
    const figure = sweepFigure({ series })
    const svg = await draw(figure)
    expect(marks(svg, 'symbol')).toBe(4)
    expect(marks(svg, 'line')).toBe(2)
    expect(marks(svg, 'area')).toBe(1)
    expect(figure.alt).toBe(
      'htl: 0.5000 gives 0.500, 0.7000 gives 0.700, 0.9000 gives 0.900. plain: 0.5000 gives 0.400.',
    )
  })

  it('is a figure without points too', async () => {
    expect(texts(await draw(sweepFigure({ series: [] })))).toEqual(['no values to draw'])
  })
})

describe('stabilityFigure', () => {
  it('draws every pair but the diagonal, with its number, and none where a pair has no value', async () => {
    const overlap = [1, 0.25, NaN, 0.25, 1, 0.75, NaN, 0.75, 1]
    const figure = stabilityFigure({ names: ['seed 0', 'seed 1', 'seed 2'], overlap })
    const svg = await draw(figure)
    expect(marks(svg, 'rect')).toBe(4)
    expect(texts(svg).filter((text) => /^0\.[27]5$/.test(text))).toHaveLength(4)
    expect(figure.alt).toBe('Jaccard index of 3 sets, on average 0.50 between two of them.')
  })

  it('leaves the numbers out of a large matrix', async () => {
    const names = Array.from({ length: 13 }, (_, i) => `epoch ${i}`)
    const svg = await draw(stabilityFigure({ names, overlap: new Float64Array(169).fill(0.625) }))
    expect(texts(svg)).not.toContain('0.63')
  })

  it('names the sizes when they do not fit', () => {
    expect(() => stabilityFigure({ names: ['a', 'b'], overlap: [1, 0] })).toThrow(
      new RangeError('stabilityFigure: expected 4 values for 2 names, got 2'),
    )
  })
})

const AMBER = [255, 176, 0]
const BLUE = [56, 189, 248]

describe('panelGallery', () => {
  const image = { data: new Uint8Array(16 * 16 * 3).fill(90), width: 16, height: 16 }
  const square = (half: number) =>
    Uint8Array.from({ length: 256 }, (_, i) =>
      Math.max(Math.abs((i % 16) - 7.5), Math.abs(Math.floor(i / 16) - 7.5)) < half ? 1 : 0,
    )
  const predictions = [
    { name: 'dense', mask: square(5) },
    { name: 'pruned', mask: square(3) },
  ]

  it('joins image, reference, dense and pruned panels in a row', () => {
    const { images, outlines, wide } = panelGallery({
      cases: [{ id: 'a', note: 'IoU 0.4', image, reference: square(6), predictions }],
    })
    const png = decode(Buffer.from(images[0].uri.replace('data:image/png;base64,', ''), 'base64'))
    expect([png.width, png.height]).toEqual([4 * 180 + 3 * 6, 180])
    const count = (panel: number, colour: readonly number[]) => {
      let sum = 0
      for (let y = 0; y < 180; y++) {
        for (let x = panel * 186; x < panel * 186 + 180; x++) {
          const at = 3 * (y * png.width + x)
          if (colour.every((value, c) => png.data[at + c] === value)) sum++
        }
      }
      return sum
    }
    const amber = [0, 1, 2, 3].map((panel) => count(panel, AMBER))
    const blue = [0, 1, 2, 3].map((panel) => count(panel, BLUE))
    expect(amber[0]).toBe(0)
    expect(amber[1]).toBeGreaterThan(900)
    expect(blue.slice(0, 2)).toEqual([0, 0])
    // The smaller mask has the shorter outline.
    expect(blue[2]).toBeGreaterThan(blue[3])
    expect(outlines).toEqual(['reference', 'prediction'])
    expect(wide).toBe(true)
    expect(images[0].alt).toBe('a: image, reference, dense, pruned; IoU 0.4')
  })

  it('keeps the colours of the image', () => {
    const colours = { data: [255, 0, 0, 0, 255, 0, 0, 0, 300, NaN, -5, 10], width: 2, height: 2 }
    expect([...colourImage({ image: colours }, { width: 2, height: 2 }).data]).toEqual([
      255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 10,
    ])
  })

  it('is shown in wide columns', async () => {
    const gallery = panelGallery({ cases: [{ id: 'a', image, predictions }] })
    const html = await renderReport({ title: 't', sections: [{ title: 's', images: [gallery] }] })
    expect(html).toContain('<ul class="pictures wide">')
  })

  it('names the case, the array and the sizes when they do not fit', () => {
    const cases = [{ id: 'ISIC_7', image, predictions: [{ name: 'pruned', mask: [1] }] }]
    expect(() => panelGallery({ cases })).toThrow(
      new RangeError('panelGallery: expected 256 values (16 x 16) in pruned of ISIC_7, got 1'),
    )
  })
})
