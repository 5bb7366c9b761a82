import { describe, expect, it } from 'vitest'
import { formatCell, table, tableHtml } from './table.ts'

const cells = (html: string) => [...html.matchAll(/<t[dh]\b[^>]*>([^<]*)</g)].map(([, text]) => text)

describe('table', () => {
  it('shows a missing value, null and NaN as a dash', () => {
    const html = tableHtml(table({ columns: ['a', 'b', 'c'], rows: [{ a: NaN, b: null }] }), 't')
    expect(cells(html)).toEqual(['a', 'b', 'c', '–', '–', '–'])
  })

  it('formats by column, keeps words to the left and numbers to the right', () => {
    const columns = [{ key: 'arm' }, { key: 'dice', title: 'Dice', format: { decimals: 3 } }]
    const html = tableHtml(table({ columns, rows: [{ arm: 'full', dice: 0.8 }] }), 't')
    expect(html).toContain('<th scope="col">arm</th><th scope="col" class="number">Dice</th>')
    expect(html).toContain('<th scope="row">full</th><td class="number">0.800</td>')
  })

  it('escapes headings and cells', () => {
    const html = tableHtml(table({ columns: [{ key: 'a', title: '<b>' }], rows: [{ a: '<script>' }] }), 't')
    expect(cells(html)).toEqual(['&lt;b&gt;', '&lt;script&gt;'])
  })

  it('breaks sentences into lines, and neither numbers nor short words', () => {
    const sentence = 'three of four masks lie somewhere else'
    const html = tableHtml(
      table({
        columns: ['a', 'b'],
        rows: [
          { a: 'short', b: sentence },
          { a: sentence, b: 'x' },
        ],
      }),
      't',
    )
    expect(html).toContain(`<th scope="row">short</th><td class="long">${sentence}</td>`)
    expect(html).toContain(`<th scope="row" class="long">${sentence}</th><td>x</td>`)
  })

  it('says so when there are no rows', () => {
    expect(tableHtml(table({ columns: ['a', 'b'], rows: [] }), 't')).toContain(
      '<td colspan="2" class="none">no rows</td>',
    )
  })

  it('marks strong rows', () => {
    const html = tableHtml(table({ columns: ['a'], rows: [{ a: 1 }, { a: 2 }], strong: [1] }), 't')
    expect(html.match(/<tr class="strong">/g)).toHaveLength(1)
    expect(html).toMatch(/<tr class="strong"><th scope="row" class="number">2</)
  })
})

describe('formatCell', () => {
  it('writes text as it is and intervals with brackets', () => {
    expect(formatCell('a', 'seconds')).toBe('a')
    expect(formatCell({ estimate: 0.5, low: 0.25, high: 0.75 })).toBe('0.50 [0.25, 0.75]')
    expect(formatCell('')).toBe('–')
  })
})
