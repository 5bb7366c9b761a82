import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { representation } from './index.ts'

/** A ramp along width in a volume of 4 x 6 x 8, and a label on voxels [1..2, 2..4, 3..5]. */
const shape = [4, 6, 8] as const
const image = Float32Array.from({ length: 192 }, (_, i) => i % 8)
const label = Uint8Array.from({ length: 192 }, (_, i) => {
  const [z, y, x] = [Math.floor(i / 48), Math.floor(i / 8) % 6, i % 8]
  return z >= 1 && z <= 2 && y >= 2 && y <= 4 && x >= 3 && x <= 5 ? 1 : 0
})

describe('representation', () => {
  test('of the whole volume on its own grid is the volume scaled to [0, 1]', () => {
    const { data, shape: grid } = representation({ image, shape }, { grid: shape })
    expect(grid).toEqual(shape)
    expect([...data.slice(0, 8)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((value) => Math.fround(value / 7)))
  })

  test('interpolates at half-pixel centres when it enlarges', () => {
    const { data } = representation({ image: [0, 1], shape: [1, 1, 2] }, { grid: [1, 1, 4] })
    expect([...data]).toEqual([0, 0.25, 0.75, 1])
  })

  test('lets every voxel count when it reduces', () => {
    // Triangle of half-width 2 about 0.5: weights 1/4, 3/4, 3/4, 1/4 on voxels -1 to 2, the one outside dropped.
    const { data } = representation({ image: [7, 0, 7, 0], shape: [1, 1, 4] }, { grid: [1, 1, 2], rescale: 'clamp' })
    expect([...data]).toEqual([1, 1])
    const soft = representation({ image: [0.7, 0, 0, 0], shape: [1, 1, 4] }, { grid: [1, 1, 2], rescale: 'clamp' })
    expect(soft.data[0]).toBeCloseTo((0.7 * 0.75) / 1.75, 6)
    expect(soft.data[1]).toBe(0)
  })

  test('crops to the label with its margin, clipped to the image', () => {
    const tight = representation({ image, label, shape }, { region: 'roi', grid: [2, 3, 3], margin: 0 })
    expect([...tight.data.slice(0, 3)]).toEqual([0, 0.5, 1]) // widths 3, 4, 5
    const wide = representation({ image, label, shape }, { region: 'roi', grid: shape, margin: 99 })
    expect(wide).toEqual(representation({ image, shape }, { grid: shape }))
  })

  test('blanks what lies outside the label in region label', () => {
    const { data } = representation({ image, label, shape }, { region: 'label', grid: [4, 5, 5], margin: 1 })
    const row = (z: number, y: number) => [...data.slice((z * 5 + y) * 5, (z * 5 + y + 1) * 5)]
    expect(row(1, 1)).toEqual([0, 0.25, 0.5, 0.75, 0]) // widths 2 to 6, label on 3 to 5
    expect(row(0, 1)).toEqual([0, 0, 0, 0, 0])
  })

  test('takes one channel plane', () => {
    const planes = Float32Array.from([1, 2, 8, 4])
    expect([...representation({ image: planes, shape: [1, 1, 2] }, { grid: [1, 1, 2], channel: 1 }).data]).toEqual([
      1, 0,
    ])
    expect(() => representation({ image: planes, shape: [1, 1, 2] }, { channel: 2 })).toThrow(
      new RangeError('representation: expected a channel from 0 to 1, got 2'),
    )
  })

  test('has 32 voxels a side by default, values in [0, 1] whatever the intensities', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -2000, max: 3000 }), { minLength: 24, maxLength: 24 }), (values) => {
        const { data, shape: grid } = representation({ image: values, shape: [2, 3, 4] })
        expect(grid).toEqual([32, 32, 32])
        expect(data.length).toBe(32 ** 3)
        expect(Math.min(...data.slice(0, 1000))).toBeGreaterThanOrEqual(0)
        expect(data.every((value) => value >= 0 && value <= 1)).toBe(true)
      }),
      { numRuns: 10 },
    )
  })

  test('of a constant volume is zero under min-max', () => {
    const { data } = representation({ image: [5, 5], shape: [1, 1, 2] }, { grid: [1, 1, 2] })
    expect([...data]).toEqual([0, 0])
  })

  test('names what is missing or does not fit', () => {
    const roi = { region: 'roi' } as const
    const empty = new Uint8Array(192)
    expect(() => representation({ image, shape }, roi)).toThrow(
      'representation: expected a label for region roi, got none',
    )
    expect(() => representation({ image, label: empty, shape }, roi)).toThrow(
      new RangeError('representation: expected a label with foreground for region roi, got none'),
    )
    expect(() => representation({ image, label: [1], shape }, roi)).toThrow(
      'representation: expected 192 label voxels, got 1',
    )
    expect(() => representation({ image: [1, 2, 3], shape: [1, 1, 2] })).toThrow(
      'representation: expected a multiple of 2 voxels for shape [1, 1, 2], got 3',
    )
    expect(() => representation({ image: [1, NaN], shape: [1, 1, 2] })).toThrow(
      'representation: expected finite intensities, got NaN',
    )
  })
})
