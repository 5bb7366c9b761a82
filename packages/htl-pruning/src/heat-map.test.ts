import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { heatMapToBox, heatMapToMask, normaliseHeatMap, otsuThreshold } from './index.ts'

const reference = JSON.parse(readFileSync(new URL('../fixtures/reference.json', import.meta.url), 'utf8')) as {
  otsu: { values: number[]; upperEdge: number }[]
}

describe('otsuThreshold', () => {
  test.each(reference.otsu.map((one, index) => ({ ...one, index })))(
    'is the upper edge of the bin that scikit-image finds (map $index)',
    ({ values, upperEdge }) => {
      expect(otsuThreshold(Float32Array.from(values))).toBeCloseTo(upperEdge, 6)
    },
  )

  test('splits two values, and finds nothing in a constant map', () => {
    const threshold = otsuThreshold(Float32Array.of(1, 1, 1, 5, 5))
    expect(threshold > 1 && threshold < 5).toBe(true)
    expect(otsuThreshold(Float32Array.of(2, 2))).toBe(2)
  })
})

test('normaliseHeatMap reaches from 0 to 1, and makes zeros of a constant', () => {
  expect([...normaliseHeatMap(Float32Array.of(-1, 3, 1))]).toEqual([0, 1, 0.5])
  expect([...normaliseHeatMap(Float32Array.of(4, 4))]).toEqual([0, 0])
})

describe('the mask', () => {
  // Two hot parts: three places at the left that touch by a corner, two at the right.
  const data = Float32Array.of(9, 0, 0, 0, 8, 0, 9, 0, 0, 7, 0, 8, 0, 0, 0)
  const shape = [1, 3, 5] as const

  test('is the largest part above a fraction of the maximum', () => {
    expect([...heatMapToMask({ data, shape }, { threshold: 0.5 })]).toEqual([
      1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0,
    ])
    const all = heatMapToMask({ data, shape }, { threshold: 0.8, component: 'all' })
    expect([...all]).toEqual([1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0])
  })

  test('has its box, none where nothing is positive or all is equal', () => {
    expect(heatMapToBox({ data, shape }, { threshold: 0.5 })).toEqual({ start: [0, 0, 0], size: [1, 3, 2] })
    const flat = { data: new Float32Array(15), shape }
    expect(heatMapToBox(flat, { threshold: 0.5 })).toBeNull()
    expect(heatMapToBox(flat)).toBeNull()
  })

  test('does not change with the scale of the map', () => {
    const maps = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 15, maxLength: 15 })
    fc.assert(
      fc.property(maps, fc.constantFrom<'otsu' | number>('otsu', 0.3), (values, threshold) => {
        const masks = [1, 4].map((factor) =>
          heatMapToMask({ data: Float32Array.from(values, (value) => factor * value), shape }, { threshold }),
        )
        expect(masks[0]).toEqual(masks[1])
      }),
    )
  })

  test('refuses a fraction out of range', () => {
    expect(() => heatMapToMask({ data, shape }, { threshold: 1 })).toThrow(
      new RangeError("heatMapToMask: expected 'otsu' or a fraction between 0 and 1, got 1"),
    )
  })
})
