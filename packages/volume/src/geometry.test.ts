import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  closing,
  connectedComponents,
  createVolume,
  dilate,
  erode,
  fillHoles,
  opening,
  resample,
  type Connectivity,
  type Shape3,
  type Spacing,
  type StructuringElement,
} from './index.ts'

interface Resampled {
  shape: Shape3
  out: Shape3
  /** Output voxel (z, y, x) to input voxel. */
  matrix: number[]
  offset: number[]
  image: number[]
  labels: number[]
  cubic: number[]
  label: number[]
}
type Operation = 'dilate' | 'erode' | 'opening' | 'closing'
interface Morphology {
  shape: Shape3
  spacing: Spacing
  mask: string
  cases: (Record<Operation, string> & { name: string; element: StructuringElement })[]
}
interface Holes {
  shape: Shape3
  mask: string
  cases: { connectivity: Connectivity; filled: string }[]
}
const fixture = JSON.parse(readFileSync(new URL('../fixtures/geometry.json', import.meta.url), 'utf8')) as {
  resampled: Resampled[]
  morphology: Morphology
  holes: Holes[]
}
const operations = { dilate, erode, opening, closing }

function unpack(hex: string, [depth, height, width]: Shape3): Uint8Array {
  const count = depth * height * width
  return Uint8Array.from({ length: count }, (_, i) => (parseInt(hex[i >> 2], 16) >> (3 - (i & 3))) & 1)
}

/** From a matrix over (z, y, x) to an affine over (x, y, z). */
function affineOf(matrix: number[], offset: number[]): number[] {
  const row = (a: number) => [matrix[3 * a + 2], matrix[3 * a + 1], matrix[3 * a], offset[a]]
  return [...row(2), ...row(1), ...row(0), 0, 0, 0, 1]
}

describe('agreement with scipy.ndimage', () => {
  test.each(fixture.resampled)('cubic spline and labels on a grid of shape $out', (expected) => {
    const { shape, out, cubic, label } = expected
    const grid = { shape: out, affine: affineOf(expected.matrix, expected.offset) }
    const image = createVolume({ data: Float32Array.from(expected.image), shape })
    const sampled = resample(image, { ...grid, interpolation: 'cubic' }).data
    // Values of some hundred in single precision, and 12 samples beyond the border in scipy.
    cubic.forEach((value, i) => expect(Math.abs(sampled[i] - value)).toBeLessThan(2e-4))
    const labels = createVolume({ data: Uint8Array.from(expected.labels), shape })
    expect([...resample(labels, { ...grid, interpolation: 'label' }).data]).toEqual(label)
  })

  const { shape, spacing, mask, cases } = fixture.morphology
  const volume = createVolume({ data: unpack(mask, shape), shape, spacing })
  test.each(cases)('morphology with $name', (expected) => {
    for (const name of ['dilate', 'erode', 'opening', 'closing'] as const) {
      expect(operations[name](volume, expected.element).data, name).toEqual(unpack(expected[name], shape))
    }
  })

  test.each(fixture.holes)('holes of a mask of shape $shape', ({ shape, mask, cases }) => {
    const volume = createVolume({ data: unpack(mask, shape), shape })
    for (const { connectivity, filled } of cases) {
      expect(fillHoles(volume, { connectivity }).data).toEqual(unpack(filled, shape))
    }
  })
})

const line = (...values: number[]) => createVolume({ data: Float32Array.from(values), shape: [1, 1, values.length] })

describe('cubic resampling', () => {
  test('goes through the voxels and overshoots a step', () => {
    const sampled = resample(line(0, 0, 0, 1, 1, 1), { spacing: [1, 1, 0.2], interpolation: 'cubic' }).data
    // Five samples a voxel, the third on its centre.
    expect([2, 7, 12, 17].map((i) => Math.round(sampled[i] * 1e5) / 1e5 + 0)).toEqual([0, 0, 0, 1])
    expect(Math.max(...sampled)).toBeGreaterThan(1.05)
    expect(Math.min(...sampled)).toBeLessThan(-0.05)
  })

  test('keeps a cubic polynomial inside the image', () => {
    const polynomial = (x: number) => 0.01 * x ** 3 - 0.2 * x ** 2 + x - 3
    const values = Array.from({ length: 40 }, (_, x) => polynomial(x - 20))
    const sampled = resample(line(...values), { spacing: [1, 1, 0.5], interpolation: 'cubic' }).data
    for (let o = 30; o < 50; o++) expect(sampled[o]).toBeCloseTo(polynomial((o + 0.5) / 2 - 0.5 - 20), 4)
  })

  test('gives a constant back, far beyond the border too', () => {
    const grid = { shape: [3, 5, 60] as const, affine: [1, 0.1, 0, -29, 0.1, 1, 0, -2, 0, 0, 1, -1, 0, 0, 0, 1] }
    const volume = createVolume({ data: new Int16Array(12).fill(-7), shape: [1, 3, 4] })
    for (const value of resample(volume, { ...grid, interpolation: 'cubic' }).data) expect(value).toBeCloseTo(-7, 5)
  })
})

describe('label resampling', () => {
  test('keeps labels, takes the larger share, and of equal ones the smallest label', () => {
    const labels = createVolume({ data: Uint8Array.of(7, 7, 3, 3, 9), shape: [1, 1, 5] })
    const finer = resample(labels, { spacing: [1, 1, 0.5], interpolation: 'label' })
    expect([...finer.data]).toEqual([7, 7, 7, 7, 3, 3, 3, 3, 9, 9])
    const halves = resample(labels, {
      shape: [1, 1, 4],
      affine: [1, 0, 0, 0.5, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
      interpolation: 'label',
      outside: 1,
    })
    expect([...halves.data]).toEqual([7, 3, 3, 3])
  })

  test('of two labels equals linear interpolation over one half', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 24, maxLength: 24 }), (bits) => {
        const volume = createVolume({ data: Uint8Array.from(bits), shape: [2, 3, 4] })
        const spacing: Spacing = [0.73, 0.61, 0.43]
        const shares = resample(volume, { spacing }).data
        const labels = resample(volume, { spacing, interpolation: 'label' }).data
        labels.forEach((label, i) => expect(label).toBe(shares[i] > 0.5 + 1e-6 ? 1 : 0))
      }),
    )
  })
})

describe('morphology', () => {
  const cross = createVolume({ data: Uint8Array.of(0, 0, 0, 0, 5, 0, 0, 0, 0), shape: [1, 3, 3] })

  test('a step reaches over faces, or over corners', () => {
    expect([...dilate(cross, { connectivity: 6 }).data]).toEqual([0, 1, 0, 1, 1, 1, 0, 1, 0])
    expect([...dilate(cross, { connectivity: 26 }).data]).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1])
    expect([...dilate(cross, { connectivity: 6, iterations: 0 }).data]).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0])
  })

  test('a slice of depth 1 is eroded as an image', () => {
    const full = createVolume({ data: new Uint8Array(9).fill(1), shape: [1, 3, 3] })
    expect([...erode(full, { connectivity: 6 }).data]).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0])
    expect([...erode(full, { radiusMm: 1 }).data]).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0])
  })

  test('opening lies inside the mask, closing holds it, and both are idempotent', () => {
    const bits = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 60, maxLength: 60 })
    const elements = fc.constantFrom<StructuringElement[]>(
      { connectivity: 6 },
      { connectivity: 26, iterations: 2 },
      { radiusMm: 1.5 },
    )
    fc.assert(
      fc.property(bits, elements, (data, element) => {
        const mask = createVolume({ data: Uint8Array.from(data), shape: [3, 4, 5], spacing: [1.4, 1, 0.7] })
        const opened = opening(mask, element)
        const closed = closing(mask, element)
        mask.data.forEach((bit, i) => {
          expect(opened.data[i]).toBeLessThanOrEqual(bit)
          expect(closed.data[i]).toBeGreaterThanOrEqual(bit)
        })
        expect(opening(opened, element)).toEqual(opened)
        expect(closing(closed, element)).toEqual(closed)
      }),
      { numRuns: 60 },
    )
  })

  test('bad elements are named', () => {
    expect(() => dilate(cross, { connectivity: 8 as 6 })).toThrow(
      new RangeError('dilate: expected connectivity 6, 18 or 26, got 8'),
    )
    expect(() => erode(cross, { connectivity: 6, iterations: 1.5 })).toThrow(
      new RangeError('erode: expected a whole number of iterations >= 0, got 1.5'),
    )
    expect(() => closing(cross, { radiusMm: -1 })).toThrow(
      new RangeError('closing: expected a radius of at least 0 mm, got -1'),
    )
  })
})

test('components of random masks equal a flood fill', () => {
  const shape = [3, 4, 5] as const
  const bits = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 60, maxLength: 60 })
  fc.assert(
    fc.property(bits, fc.constantFrom<Connectivity[]>(6, 18, 26), (data, connectivity) => {
      const { labels, sizes } = connectedComponents({ data, shape }, { connectivity })
      const expected = flood(data, shape, { 6: 1, 18: 2, 26: 3 }[connectivity])
      expect([...labels]).toEqual(expected)
      expect(sizes).toEqual(sizes.map((_, n) => expected.filter((label) => label === n + 1).length))
    }),
  )
})

function flood(data: number[], [, height, width]: Shape3, reach: number): number[] {
  const place = (i: number) => [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width]
  const touch = (i: number, j: number) => {
    const steps = place(i).map((p, axis) => Math.abs(p - place(j)[axis]))
    return Math.max(...steps) === 1 && steps[0] + steps[1] + steps[2] <= reach
  }
  const labels = data.map(() => 0)
  let count = 0
  data.forEach((bit, start) => {
    if (bit === 0 || labels[start] !== 0) return
    labels[start] = ++count
    for (const open = [start]; open.length > 0;) {
      const at = open.pop() ?? 0
      data.forEach((other, j) => {
        if (other === 0 || labels[j] !== 0 || !touch(at, j)) return
        labels[j] = count
        open.push(j)
      })
    }
  })
  return labels
}
