import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import fixture from '../fixtures/metrics.json' with { type: 'json' }
import {
  averageSurfaceDistance,
  dice,
  hausdorffDistance,
  hd95,
  imageDiagonal,
  iou,
  precision,
  sensitivity,
  surfaceDistances,
  type Grid,
} from './index.ts'

const SCORES = [hausdorffDistance, hd95, averageSurfaceDistance]
const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0)

/** Masks as the fixture stores them: bits, first voxel first, in hexadecimal. */
function unpack(hex: string, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => (parseInt(hex[i >> 2], 16) >> (3 - (i & 3))) & 1)
}

function ball(radius: number, { shape, spacing, shift = 0 }: Grid & { shift?: number }): Uint8Array {
  const [depth, height, width] = shape
  return Uint8Array.from({ length: depth * height * width }, (_, i) => {
    const z = Math.floor(i / (height * width)) - (depth - 1) / 2
    const y = (Math.floor(i / width) % height) - (height - 1) / 2
    const x = (i % width) - (width - 1) / 2
    return Math.hypot(z * spacing[0], y * spacing[1], x * spacing[2] - shift) <= radius ? 1 : 0
  })
}

describe('agreement with scipy.ndimage', () => {
  test.each(fixture.surfaces)('shape $shape, spacing $spacing', (expected) => {
    const [depth, height, width] = expected.shape
    const [dz, dy, dx] = expected.spacing
    const count = depth * height * width
    const pair = { prediction: unpack(expected.prediction, count), reference: unpack(expected.reference, count) }
    const distances = surfaceDistances(pair, { shape: [depth, height, width], spacing: [dz, dy, dx] })
    const lists = [distances.predictionToReference, distances.referenceToPrediction]
    expect(lists.map((list) => list.length)).toEqual(expected.surfaceVoxels)
    expect(sum(lists[0])).toBeCloseTo(expected.distanceSums[0], 8)
    expect(sum(lists[1])).toBeCloseTo(expected.distanceSums[1], 8)
    expect(hausdorffDistance(distances)).toBeCloseTo(expected.hausdorff, 10)
    expect(hd95(distances)).toBeCloseTo(expected.hd95, 10)
    expect(averageSurfaceDistance(distances)).toBeCloseTo(expected.assd, 10)
    expect(dice(pair)).toBeCloseTo(expected.dice, 12)
    expect(iou(pair)).toBeCloseTo(expected.iou, 12)
    expect(sensitivity(pair)).toBeCloseTo(expected.sensitivity, 12)
    expect(precision(pair)).toBeCloseTo(expected.precision, 12)
  })
})

describe('surface distances', () => {
  test('of two single voxels are the distance of their centres in mm', () => {
    const pair = { prediction: [1, 0, 0, 0, 0, 0, 0, 0], reference: [0, 0, 0, 0, 0, 0, 0, 1] }
    const distances = surfaceDistances(pair, { shape: [2, 2, 2], spacing: [2, 3, 6] })
    expect(SCORES.map((score) => score(distances))).toEqual([7, 7, 7])
  })

  test('pool both directions: the average is over all surface voxels', () => {
    const pair = { prediction: [1, 0, 0, 0, 0], reference: [1, 0, 1, 0, 1] }
    const distances = surfaceDistances(pair, { shape: [1, 1, 5], spacing: [1, 1, 1] })
    expect([...distances.predictionToReference]).toEqual([0])
    expect([...distances.referenceToPrediction]).toEqual([0, 2, 4])
    expect(averageSurfaceDistance(distances)).toBe(6 / 4)
    expect(hausdorffDistance(distances)).toBe(4)
    expect(hd95(distances)).toBeCloseTo(3.8, 12) // position 1.9 of [0, 2, 4]
  })

  test('of two concentric balls are near the difference of their radii', () => {
    const grid = { shape: [17, 33, 33], spacing: [2, 1, 1] } as const
    const pair = { prediction: ball(8, grid), reference: ball(13, grid) }
    const distances = surfaceDistances(pair, grid)
    expect(averageSurfaceDistance(distances)).toBeGreaterThan(4.5)
    expect(averageSurfaceDistance(distances)).toBeLessThan(5.5)
    expect(Math.abs(hausdorffDistance(distances) - 5)).toBeLessThan(1.5)
  })

  test('of a shifted ball are at most the shift, which they reach', () => {
    const grid = { shape: [25, 25, 31], spacing: [1, 1, 1] } as const
    const pair = { prediction: ball(9, grid), reference: ball(9, { ...grid, shift: 3 }) }
    expect(hausdorffDistance(surfaceDistances(pair, grid))).toBe(3)
  })

  test('take voxels at the border of the image for surface', () => {
    const full = new Uint8Array(27).fill(1)
    const { predictionToReference } = surfaceDistances(
      { prediction: full, reference: full },
      { shape: [3, 3, 3], spacing: [1, 1, 1] },
    )
    expect(predictionToReference).toEqual(new Float64Array(26)) // all but the centre
  })

  test('are NaN as a score if both masks are empty and Infinity if one is', () => {
    const grid = { shape: [1, 2, 2], spacing: [1, 1, 1] } as const
    const none = [0, 0, 0, 0]
    const some = [0, 1, 0, 0]
    const scores = (prediction: number[], reference: number[]) =>
      SCORES.map((score) => score(surfaceDistances({ prediction, reference }, grid)))
    expect(scores(none, none)).toEqual([NaN, NaN, NaN])
    expect(scores(none, some)).toEqual([Infinity, Infinity, Infinity])
    expect(scores(some, none)).toEqual([Infinity, Infinity, Infinity])
    expect(scores(some, some)).toEqual([0, 0, 0])
  })

  const shape = [3, 4, 5] as const
  const mask = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 60, maxLength: 60 })
  const step = fc.double({ min: 0.1, max: 8, noNaN: true })
  const cases = fc.record({ prediction: mask, reference: mask, spacing: fc.tuple(step, step, step) })

  test('are symmetric, ordered and below the diagonal', () => {
    fc.assert(
      fc.property(cases, ({ prediction, reference, spacing }) => {
        const distances = surfaceDistances({ prediction, reference }, { shape, spacing })
        const swapped = surfaceDistances({ prediction: reference, reference: prediction }, { shape, spacing })
        expect(swapped.predictionToReference).toEqual(distances.referenceToPrediction)
        const [largest, percentile95, average] = SCORES.map((score) => score(distances))
        if (!Number.isFinite(largest)) return
        expect(percentile95).toBeLessThanOrEqual(largest)
        expect(average).toBeLessThanOrEqual(largest)
        expect(largest).toBeLessThan(imageDiagonal({ shape, spacing }))
      }),
    )
  })

  test('scale with the spacing', () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(0.25, 2, 8), ({ prediction, reference, spacing: [dz, dy, dx] }, factor) => {
        const pair = { prediction, reference }
        const once = surfaceDistances(pair, { shape, spacing: [dz, dy, dx] })
        const scaled = surfaceDistances(pair, { shape, spacing: [dz * factor, dy * factor, dx * factor] })
        for (const score of SCORES) {
          const value = score(once)
          if (Number.isFinite(value)) expect(score(scaled)).toBeCloseTo(value * factor, 9)
          else expect(score(scaled)).toBe(value)
        }
      }),
    )
  })

  test('refuse masks that do not fit the shape and spacing that is not positive', () => {
    const pair = { prediction: [1, 0], reference: [0, 1] }
    expect(() => surfaceDistances(pair, { shape: [1, 1, 3], spacing: [1, 1, 1] })).toThrow(
      new RangeError('surfaceDistances: expected 3 voxels for shape [1, 1, 3], got 2'),
    )
    expect(() => surfaceDistances(pair, { shape: [1, 1, 2], spacing: [1, 0, 1] })).toThrow(
      new RangeError('surfaceDistances: expected positive spacing in mm, got [1, 0, 1]'),
    )
    expect(() =>
      surfaceDistances({ prediction: [1], reference: [0, 1] }, { shape: [1, 1, 2], spacing: [1, 1, 1] }),
    ).toThrow('surfaceDistances: expected masks of equal length, got 1 (prediction) and 2 (reference)')
  })
})
