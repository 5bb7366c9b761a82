import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import fixture from '../fixtures/surfaces.json' with { type: 'json' }
import {
  averageSurfaceDistance,
  contourLengths,
  directedAverages,
  hausdorffDistance,
  hd95,
  meanAverageSurfaceDistance,
  percentileDistance,
  surfaceAreas,
  surfaceDice,
  surfaceDistances,
  type Grid,
} from './index.ts'

function unpack(hex: string, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => (parseInt(hex[i >> 2], 16) >> (3 - (i & 3))) & 1)
}

const triple = ([a, b, c]: number[]): [number, number, number] => [a, b, c]

describe('agreement with the formulas of other tools', () => {
  test.each(fixture.cases)('surface-distance, shape $shape, spacing $spacing', (expected) => {
    const grid: Grid = { shape: triple(expected.shape), spacing: triple(expected.spacing) }
    const count = grid.shape[0] * grid.shape[1] * grid.shape[2]
    const pair = { prediction: unpack(expected.prediction, count), reference: unpack(expected.reference, count) }
    const distances = surfaceDistances(pair, { ...grid, boundary: 'surface-element' })
    const { elements } = expected
    const lists = [distances.predictionToReference, distances.referenceToPrediction]
    expect(lists.map(({ length }) => length)).toEqual(elements.counts)
    const areas = [distances.areas?.prediction, distances.areas?.reference]
    areas.forEach((list, i) => expect(list?.reduce((sum, area) => sum + area, 0)).toBeCloseTo(elements.areas[i], 8))
    const averages = directedAverages(distances)
    expect(averages.predictionToReference).toBeCloseTo(elements.averages[0], 10)
    expect(averages.referenceToPrediction).toBeCloseTo(elements.averages[1], 10)
    expect(hd95(distances)).toBeCloseTo(elements.hd95, 10)
    expect(percentileDistance(distances, 50)).toBeCloseTo(elements.hd50, 10)
    expect(hausdorffDistance(distances)).toBeCloseTo(elements.hausdorff, 10)
    for (const [toleranceMm, share] of elements.surfaceDice) {
      expect(surfaceDice(distances, { toleranceMm })).toBeCloseTo(share, 10)
    }
  })

  test.each(fixture.cases)('MONAI, MedPy and scikit-image, shape $shape, spacing $spacing', (expected) => {
    const grid: Grid = { shape: triple(expected.shape), spacing: triple(expected.spacing) }
    const count = grid.shape[0] * grid.shape[1] * grid.shape[2]
    const pair = { prediction: unpack(expected.prediction, count), reference: unpack(expected.reference, count) }
    const distances = surfaceDistances(pair, grid)
    const { voxels } = expected
    expect(hd95(distances)).toBeCloseTo(voxels['monai hd95'], 10)
    expect(hd95(distances, { definition: 'pooled' })).toBeCloseTo(voxels['medpy hd95'], 10)
    expect(averageSurfaceDistance(distances)).toBeCloseTo(voxels.assd, 10)
    const largest = voxels['skimage hausdorff']
    if (largest !== null) expect(hausdorffDistance(distances)).toBeCloseTo(largest, 10)
    for (const [toleranceMm, share] of voxels.surfaceDice) {
      expect(surfaceDice(distances, { toleranceMm })).toBeCloseTo(share, 12)
    }
  })

  test('areas of all 256 codes are those of their triangles, lengths of all 16 those of their segments', () => {
    const areas = surfaceAreas(triple(fixture.areas.spacing))
    expect(areas.length).toBe(256)
    fixture.areas.values.forEach((area, code) => expect(areas[code], `code ${code}`).toBeCloseTo(area, 10))
    const [v, u] = fixture.lengths.spacing
    contourLengths([v, u]).forEach((length, code) => expect(length).toBeCloseTo(fixture.lengths.values[code], 10))
  })
})

describe('surface elements', () => {
  test('of a box weigh its faces, with corners and edges cut off', () => {
    // One voxel of 1 mm is an octahedron of edge √½: area √3.
    const one = surfaceDistances(
      { prediction: [1], reference: [1] },
      { shape: [1, 1, 1], spacing: [1, 1, 1], boundary: 'surface-element' },
    )
    expect(one.areas?.prediction.length).toBe(8)
    expect(one.areas?.prediction.reduce((sum, area) => sum + area)).toBeCloseTo(Math.sqrt(3), 12)
  })

  test('of a ball have nearly its area, of a disc nearly its circumference', () => {
    const radius = 9
    const inside = (d: number) => (d <= radius ? 1 : 0)
    const ball = Uint8Array.from({ length: 21 ** 3 }, (_, i) =>
      inside(Math.hypot(Math.floor(i / 441) - 10, (Math.floor(i / 21) % 21) - 10, (i % 21) - 10)),
    )
    const disc = Uint8Array.from({ length: 441 }, (_, i) => inside(Math.hypot(Math.floor(i / 21) - 10, (i % 21) - 10)))
    const total = (mask: Uint8Array, shape: Grid['shape']) =>
      surfaceDistances(
        { prediction: mask, reference: mask },
        { shape, spacing: [1, 1, 1], boundary: 'surface-element' },
      ).areas?.prediction.reduce((sum, area) => sum + area, 0) ?? NaN
    expect(Math.abs(total(ball, [21, 21, 21]) / (4 * Math.PI * radius ** 2) - 1)).toBeLessThan(0.1)
    expect(Math.abs(total(disc, [1, 21, 21]) / (2 * Math.PI * radius) - 1)).toBeLessThan(0.1)
    expect(total(disc, [21, 1, 21])).toBeCloseTo(total(disc, [1, 21, 21]), 9)
    expect(total(disc, [21, 21, 1])).toBeCloseTo(total(disc, [1, 21, 21]), 9)
  })

  test('follow the rule for empty masks', () => {
    const grid = { shape: [2, 2, 2], spacing: [1, 1, 1], boundary: 'surface-element' } as const
    const none = new Uint8Array(8)
    const some = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0)
    const scores = (prediction: Uint8Array, reference: Uint8Array) => {
      const distances = surfaceDistances({ prediction, reference }, grid)
      return [hd95(distances), averageSurfaceDistance(distances), meanAverageSurfaceDistance(distances)]
    }
    expect(scores(none, none)).toEqual([NaN, NaN, NaN])
    expect(scores(none, some)).toEqual([Infinity, Infinity, Infinity])
    expect(scores(some, some)).toEqual([0, 0, 0])
  })

  const bits = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 60, maxLength: 60 })
  test('are symmetric, and the same for a mask and what surrounds it', () => {
    const grid = { shape: [3, 4, 5], spacing: [2, 1, 0.7], boundary: 'surface-element' } as const
    fc.assert(
      fc.property(bits, bits, (prediction, reference) => {
        const there = surfaceDistances({ prediction, reference }, grid)
        const back = surfaceDistances({ prediction: reference, reference: prediction }, grid)
        expect(back.predictionToReference).toEqual(there.referenceToPrediction)
        expect(back.areas?.prediction).toEqual(there.areas?.reference)
        expect(Object.is(hd95(back), hd95(there))).toBe(true)
      }),
    )
    const areas = surfaceAreas([2, 1, 0.7])
    areas.forEach((area, code) => expect(area).toBe(areas[255 - code]))
  })
})

describe('definitions of HD95', () => {
  // Surfaces at 0 mm, and at 0, 1, … 9 mm.
  const prediction = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  const reference = prediction.map(() => 1)
  const row = { shape: [1, 1, 10], spacing: [1, 1, 1] } as const

  test('differ as they should, by hand', () => {
    const distances = surfaceDistances({ prediction, reference }, row)
    expect(hd95(distances)).toBeCloseTo(8.55, 12)
    expect(hd95(distances, { definition: 'max-directed' })).toBeCloseTo(8.55, 12)
    // Eleven distances 0, 0, 1, … 9: position 9.5.
    expect(hd95(distances, { definition: 'pooled' })).toBeCloseTo(8.5, 12)
    const elements = surfaceDistances({ prediction, reference }, { ...row, boundary: 'surface-element' })
    // The end of the row has 0.87 of 27.2 mm² of surface, less than a twentieth; but 4 of all 52 points.
    expect(hd95(elements)).toBe(8)
    expect(hd95(elements, { definition: 'pooled' })).toBe(9)
  })

  test('by area need areas, and must have a name', () => {
    const distances = surfaceDistances({ prediction, reference }, row)
    expect(() => hd95(distances, { definition: 'surface-area' })).toThrow(
      new RangeError("hd95: expected distances of surface elements for 'surface-area', got those of voxels"),
    )
    expect(() => hd95(distances, { definition: 'mean' as 'pooled' })).toThrow(
      new RangeError("hd95: expected definition 'max-directed', 'pooled' or 'surface-area', got 'mean'"),
    )
    expect(() => surfaceDistances({ prediction, reference }, { ...row, boundary: 'edge' as 'voxel' })).toThrow(
      new RangeError("surfaceDistances: expected boundary 'voxel' or 'surface-element', got 'edge'"),
    )
  })
})
