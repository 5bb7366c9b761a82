import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { costDiceFigure, costDiceTable } from './cost-dice-figure.ts'
import { renderReport } from './render-report.ts'
import { renderSvg } from './render-svg.ts'
import type { Report } from './report.ts'
import { scatterFigure } from './scatter-figure.ts'
import { searchHistoryFigure } from './search-history-figure.ts'
import { similarityFigure } from './similarity-figure.ts'
import { sliceGallery } from './slice-gallery.ts'
import { writeReport } from './write-report.ts'

const folder = mkdtempSync(join(tmpdir(), 'report-'))
afterAll(() => rmSync(folder, { recursive: true }))

const EVIL = `<script>alert("1")</script><img src='http://evil.example/x' onerror=alert(1)>`

function sample(name: string): Report {
  const arms = [name, 'proxy'].map((arm, i) => ({
    name: arm,
    points: [0.5, 0.6].map((value, trial) => ({ trial, seconds: 10 * trial + i, value })),
  }))
  const costs = arms.map((arm, i) => ({ name: arm.name, seconds: 100 / (i + 1), dice: 0.8 }))
  const image = { data: [0, 1, 2, 3], width: 2, height: 2 }
  return {
    title: name,
    subtitle: name,
    highlights: [{ label: name, value: '2.00×', note: name }],
    sections: [
      {
        title: name,
        text: [name, 'second paragraph'],
        tables: [costDiceTable({ arms: costs })],
        figures: [
          searchHistoryFigure({ arms }),
          costDiceFigure({ arms: costs }),
          scatterFigure({
            points: [
              { x: 0, y: 1, group: name },
              { x: 1, y: 2, group: 'b' },
            ],
          }),
        ],
        images: [
          sliceGallery({ cases: [{ id: name, note: name, image, reference: [0, 1, 1, 0] }] }, { title: name, side: 4 }),
        ],
      },
      {
        title: 'second',
        figures: [similarityFigure({ matrix: [1, 0, 0, 1], size: 2, names: [name, 'b'], chosen: [0] })],
      },
    ],
    facts: { [name]: name, seed: 7 },
  }
}

describe('renderReport', () => {
  it('gives the same bytes for the same report, time after time', async () => {
    expect(await renderReport(sample('full'))).toBe(await renderReport(sample('full')))
  })

  it('loads nothing: no script, no address, and a policy that forbids the rest', async () => {
    const html = await renderReport(sample('full'))
    expect(html).not.toMatch(/https?:/)
    expect(html).not.toMatch(/<script|<link|<iframe|@import|@font-face/i)
    for (const [, address] of html.matchAll(/(?:src|href)="([^"]*)"/g))
      expect(address).toMatch(/^data:image\/png;base64,/)
    for (const [, address] of html.matchAll(/url\(([^)]*)\)/g)) expect(address).toMatch(/^#figure-\d+-\d+$/)
    expect(html).toContain(`content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"`)
  })

  it('lets no text of a caller become markup', async () => {
    const html = await renderReport(sample(EVIL))
    expect(html).not.toMatch(/<script|<img src='/)
    expect(html).toContain('&lt;script&gt;')
    const plain = await renderReport(sample('full'))
    const tags = (text: string) => [...text.matchAll(/<([a-z1-6]+)[\s>]/g)].map(([, tag]) => tag).toSorted()
    expect(tags(html)).toEqual(tags(plain))
  })

  it('numbers figures and galleries together and tables apart', async () => {
    const html = await renderReport(sample('full'))
    const captions = [...html.matchAll(/<b>((?:Figure|Table) \d+)\./g)].map(([, caption]) => caption)
    expect(captions).toEqual(['Table 1', 'Figure 1', 'Figure 2', 'Figure 3', 'Figure 4', 'Figure 5'])
  })

  it('names every picture for a reader who cannot see it, and repeats no id', async () => {
    const html = await renderReport(sample('full'))
    const svgs = html.match(/<svg[^>]*>/g) ?? []
    expect(svgs).toHaveLength(4)
    for (const svg of svgs) expect(svg).toMatch(/role="img" aria-label="[^"]+"/)
    for (const image of html.match(/<img[^>]*>/g) ?? []) expect(image).toMatch(/alt="[^"]+"/)
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, label] of html.matchAll(/aria-labelledby="([^"]+)"/g)) expect(ids).toContain(label)
  })

  it('is a page without sections too', async () => {
    expect(await renderReport({ title: 'nothing yet', sections: [] })).toContain('<h1>nothing yet</h1>')
  })
})

describe('renderSvg', () => {
  it('rejects what is not Vega-Lite', async () => {
    await expect(renderSvg({ mark: 7 })).rejects.toThrow(
      new TypeError('renderSvg: expected a Vega-Lite 6 specification, got {"mark":7}'),
    )
  })
})

describe('writeReport', () => {
  it('writes the page and, if asked, specifications and SVGs numbered as in the page', async () => {
    const path = join(folder, 'run', 'report.html')
    await writeReport(path, sample('full'), { figuresFolder: join(folder, 'run', 'figures') })
    expect(readFileSync(path, 'utf8')).toBe(await renderReport(sample('full')))
    const files = [1, 2, 3, 5].flatMap((n) => [`figure-${n}.svg`, `figure-${n}.vl.json`])
    expect(readdirSync(join(folder, 'run', 'figures')).toSorted()).toEqual(files)
    const spec = JSON.parse(readFileSync(join(folder, 'run', 'figures', 'figure-2.vl.json'), 'utf8')) as object
    const svg = readFileSync(join(folder, 'run', 'figures', 'figure-2.svg'), 'utf8')
    expect(await renderSvg({ ...spec }, { id: 'figure-2' })).toBe(svg)
  })

  it('names the path that cannot be written', async () => {
    const file = join(folder, 'a-file')
    writeFileSync(file, '')
    await expect(writeReport(join(file, 'report.html'), { title: 'a', sections: [] })).rejects.toThrow(file)
  })
})
