import { createHash } from 'node:crypto'
import { runInNewContext } from 'node:vm'
import { decode } from 'fast-png'
import { describe, expect, it } from 'vitest'
import { EXPLORER_SCRIPT } from './explorer-html.ts'
import { explorer, type ExplorerInput } from './explorer.ts'
import { renderReport } from './render-report.ts'

const SIZE = 12
const square = (half: number) =>
  Uint8Array.from({ length: SIZE * SIZE }, (_, i) => {
    const [x, y] = [(i % SIZE) - 5.5, Math.floor(i / SIZE) - 5.5]
    return Math.abs(x) < half && Math.abs(y) < half ? 1 : 0
  })
const image = { data: new Uint8Array(3 * SIZE * SIZE).fill(90), width: SIZE, height: SIZE }
const input: ExplorerInput = {
  knob: 'φ',
  stops: ['0.25', '0.5'],
  facts: [{ name: 'multiply-adds', values: ['10 M', '<20 M>'], shares: [0.5, 1] }],
  cases: [
    { id: 'cell', image, reference: square(4), predictions: [square(2), square(4)], notes: ['Dice 0.4', 'Dice 1.0'] },
  ],
}
const pageOf = (value: ExplorerInput) =>
  renderReport({ title: 'r', sections: [{ title: 's', explorers: [explorer(value)] }] })

function pixels(uri: string) {
  const png = decode(Buffer.from(uri.replace('data:image/png;base64,', ''), 'base64'))
  const at = (x: number, y: number) => [...png.data.slice(4 * (y * png.width + x), 4 * (y * png.width + x) + 4)]
  return { ...png, at }
}

describe('explorer', () => {
  it('draws one image and, for every stop, the outlines on a transparent ground', () => {
    const { pictures } = explorer(input, { side: 48 })
    const [{ outlines, width }] = pictures
    expect([outlines.length, width]).toEqual([2, 48])
    const [first, last] = outlines.map(pixels)
    expect(first.channels).toBe(4)
    // The reference's left edge is at pixel 8, the small prediction's at pixel 16 of the fourfold picture.
    expect(first.at(8, 24)).toEqual([255, 176, 0, 255])
    expect(first.at(16, 24)).toEqual([56, 189, 248, 255])
    expect(last.at(16, 24)).toEqual([0, 0, 0, 0])
    expect(first.at(24, 24)).toEqual([0, 0, 0, 0])
  })

  it('starts at the last stop unless told otherwise', () => {
    expect(explorer(input).start).toBe(1)
    expect(explorer(input, { start: 0 }).start).toBe(0)
  })

  it('refuses what does not fit together', () => {
    expect(() => explorer({ ...input, stops: [] })).toThrow(
      new RangeError('explorer: expected at least one stop, got 0'),
    )
    expect(() => explorer(input, { start: 2 })).toThrow('explorer: expected a start among 2 stops, got 2')
    expect(() => explorer({ ...input, facts: [{ name: 'Dice', values: ['1'] }] })).toThrow(
      'explorer: expected 2 values, one a stop, in Dice, got 1',
    )
    const [one] = input.cases
    expect(() => explorer({ ...input, cases: [{ ...one, predictions: [square(2)] }] })).toThrow(
      'explorer: expected 2 values, one a stop, in predictions of cell, got 1',
    )
    expect(() => explorer({ ...input, cases: [{ ...one, reference: new Uint8Array(3) }] })).toThrow(
      'explorer: expected 144 values (12 x 12) in reference of cell, got 3',
    )
  })
})

describe('a page with an explorer', () => {
  it('allows its one script by hash and still forbids every request', async () => {
    const page = await pageOf(input)
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]
    const hash = createHash('sha256').update(EXPLORER_SCRIPT).digest('base64')
    expect(policy).toBe(`default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${hash}'`)
    expect(page).toContain(`<script>${EXPLORER_SCRIPT}</script>`)
    expect(page).not.toMatch(/(?:src|href)="(?!data:)/)
  })

  it('escapes its data, and shows the start without a script', async () => {
    const page = await pageOf(input)
    expect(page).toContain('<span class="value">&lt;20 M&gt;</span>')
    expect(page).toContain('\\u003c20 M>')
    expect(page).toContain('<output class="stop" for="figure-1-slider">0.5</output>')
    expect(page).toContain('<span class="note">Dice 1.0</span>')
    expect(page).toContain('<b>Figure 1. Move the slider.</b>')
  })

  it('has a script that is valid JavaScript', () => {
    expect(() => runInNewContext(EXPLORER_SCRIPT, { document: { querySelectorAll: () => [] } })).not.toThrow()
  })

  it('is the only kind of page with a script', async () => {
    const page = await renderReport({ title: 'r', sections: [{ title: 's' }] })
    expect(page).not.toContain('<script')
    expect(page).toContain(`content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"`)
  })
})
