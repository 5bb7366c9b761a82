import { decode } from 'fast-png'
import { scheme } from 'vega'
import { describe, expect, it } from 'vitest'
import { renderSvg } from './render-svg.ts'
import { similarityFigure } from './similarity-figure.ts'
import { byMeanSimilarity, offDiagonalRange } from './similarity-order.ts'

// Volume 1 is like both others, volume 2 is like nobody much.
const matrix = [9, 0.6, 0.1, 0.6, 9, 0.3, 0.1, 0.3, 9]

function square(size: number): { matrix: Float64Array; size: number } {
  return { matrix: Float64Array.from({ length: size * size }, (_, i) => (i % 7) / 7), size }
}

describe('similarityFigure', () => {
  it('draws a cell per pair without the diagonal, and two triangles per chosen volume', async () => {
    const figure = similarityFigure({ matrix, size: 3, names: ['case_a', 'case_b', 'case_c'], chosen: [1] })
    const svg = await renderSvg(figure.spec)
    const rectangles = /<g class="mark-rect role-mark[^"]*"[^>]*>(.*?)<\/g>/s.exec(svg)?.[1].match(/<path/g)
    expect(rectangles).toHaveLength(6)
    expect(svg.match(/aria-roledescription="point"|mark-symbol role-mark/g)).toHaveLength(2)
    expect(figure.alt).toBe('Heat map of the similarity of 3 volumes, from 0.1000 to 0.6000. Chosen: case_b.')
  })

  it('puts the most typical volume first and leaves out the shared start of the names', async () => {
    const svg = await renderSvg(similarityFigure({ matrix, size: 3, names: ['case_a', 'case_b', 'case_c'] }).spec)
    const names = [...svg.matchAll(/<text[^>]*>([abc])</g)].map(([, name]) => name)
    expect(names).toEqual(['b', 'a', 'c'])
  })

  it('draws many volumes as one picture with the colours of the legend', async () => {
    const { matrix: values, size } = square(60)
    const svg = await renderSvg(similarityFigure({ matrix: values, size, chosen: [0, 59] }, { order: 'given' }).spec)
    const [, encoded] = /href="data:image\/png;base64,([^"]+)"/.exec(svg) ?? []
    const { width, height, data, channels } = decode(Buffer.from(encoded, 'base64'))
    expect([width, height, channels]).toEqual([60, 60, 4])
    expect(data[3]).toBe(0) // the diagonal is transparent
    // Row 0, column 7 has the lowest value and the lowest colour of viridis.
    const lowest = (scheme('viridis') as (place: number) => string)(0)
    const hex = `#${Buffer.from(data.slice(28, 31) as Uint8Array).toString('hex')}`
    const rgb = `rgb(${[...data.slice(28, 31)].join(', ')})`
    expect([hex, rgb]).toContain(lowest)
  })

  it.each([
    [{ matrix: [1, 2], size: 2 }, 'similarityFigure: expected 4 values for size 2, got 2'],
    [{ matrix, size: 3, names: ['a'] }, 'similarityFigure: expected 3 names, got 1'],
    [{ matrix, size: 3, chosen: [3] }, 'similarityFigure: expected chosen indices below 3, got 3'],
  ])('rejects what does not fit', (similarity, message) => {
    expect(() => similarityFigure(similarity)).toThrow(new RangeError(message))
  })

  it('is a figure without volumes too', async () => {
    expect(await renderSvg(similarityFigure({ matrix: [], size: 0 }).spec)).toContain('no values to draw')
  })
})

describe('the order of a similarity matrix', () => {
  it('goes from the highest mean to the lowest, the diagonal apart', () => {
    expect(byMeanSimilarity({ matrix, size: 3 })).toEqual([1, 0, 2])
  })

  it('puts a volume without any value last', () => {
    expect(byMeanSimilarity({ matrix: [1, NaN, NaN, NaN, 1, 0.5, NaN, 0.5, 1], size: 3 })).toEqual([1, 2, 0])
  })

  it('has a range without the diagonal, and [0, 1] for one volume', () => {
    expect(offDiagonalRange({ matrix, size: 3 })).toEqual([0.1, 0.6])
    expect(offDiagonalRange({ matrix: [5], size: 1 })).toEqual([0, 1])
  })
})
