import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import fixture from '../fixtures/masks.json' with { type: 'json' }
import {
  boundaryIou,
  brierScore,
  calibrationError,
  dice,
  generalisedDice,
  iou,
  lesionDetection,
  matthewsCorrelation,
  meanAverageSurfaceDistance,
  specificity,
  surfaceDice,
  surfaceDistances,
  volumeSimilarity,
  type Grid,
} from './index.ts'

/** Masks as the fixture stores them: bits, first voxel first, in hexadecimal. */
function unpack(hex: string, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => (parseInt(hex[i >> 2], 16) >> (3 - (i & 3))) & 1)
}

const bit = fc.integer({ min: 0, max: 1 })
const pairs = fc.array(fc.tuple(bit, bit), { minLength: 1, maxLength: 40 }).map((both) => ({
  prediction: both.map(([a]) => a),
  reference: both.map(([, b]) => b),
}))
const none = [0, 0, 0, 0]
const some = [0, 1, 1, 0]
const all = [1, 1, 1, 1]

describe('agreement with torchmetrics and scipy', () => {
  test.each(fixture.masks)('shape $shape, spacing $spacing', (expected) => {
    const [depth, height, width] = expected.shape
    const [dz, dy, dx] = expected.spacing
    const grid: Grid = { shape: [depth, height, width], spacing: [dz, dy, dx] }
    const count = depth * height * width
    const pair = { prediction: unpack(expected.prediction, count), reference: unpack(expected.reference, count) }
    // torchmetrics counts in single precision.
    expect(specificity(pair)).toBeCloseTo(expected.specificity, 6)
    expect(matthewsCorrelation(pair)).toBeCloseTo(expected.matthewsCorrelation, 6)
    expect(volumeSimilarity(pair)).toBeCloseTo(expected.volumeSimilarity, 12)
    const distances = surfaceDistances(pair, grid)
    expect(meanAverageSurfaceDistance(distances)).toBeCloseTo(expected.masd, 10)
    for (const [toleranceMm, share] of expected.surfaceDice) {
      expect(surfaceDice(distances, { toleranceMm })).toBeCloseTo(share, 12)
    }
    expect(boundaryIou(pair, { ...grid, widthMm: expected.boundaryWidth })).toBeCloseTo(expected.boundaryIou, 12)
    const { truePositives, falsePositives, falseNegatives } = lesionDetection(pair, { ...grid, minimumIou: 0.5 })
    expect([truePositives, truePositives + falsePositives, truePositives + falseNegatives]).toEqual(expected.lesions)
  })

  test.each(fixture.labels)('generalised Dice', ({ prediction, reference, ...expected }) => {
    const score = (weights: 'square' | 'simple' | 'uniform') =>
      generalisedDice({ prediction, reference }, { labels: [1, 2, 3], weights })
    expect(score('square')).toBeCloseTo(expected.square, 6)
    expect(score('simple')).toBeCloseTo(expected.simple, 6)
    expect(score('uniform')).toBeCloseTo(expected.linear, 6)
  })

  test.each(fixture.calibration)('calibration with $bins bins', ({ bins, probabilities, reference, ...expected }) => {
    const { expected: mean, maximum } = calibrationError({ probabilities, reference }, { bins })
    expect(mean).toBeCloseTo(expected.ece, 6)
    expect(maximum).toBeCloseTo(expected.mce, 6)
    expect(brierScore({ probabilities, reference })).toBeCloseTo(expected.brier, 12)
  })
})

describe('scores from counts', () => {
  test('match values worked out by hand: TP 2, FP 1, FN 3, TN 4', () => {
    const pair = { prediction: [1, 1, 1, 0, 0, 0, 0, 0, 0, 0], reference: [1, 1, 0, 1, 1, 1, 0, 0, 0, 0] }
    expect(specificity(pair)).toBe(4 / 5)
    expect(matthewsCorrelation(pair)).toBeCloseTo((2 * 4 - 1 * 3) / Math.sqrt(3 * 5 * 5 * 7), 12)
    expect(volumeSimilarity(pair)).toBe(1 - 2 / 8)
  })

  test('are NaN where they are undefined', () => {
    expect(specificity({ prediction: some, reference: all })).toBe(NaN)
    expect(specificity({ prediction: none, reference: none })).toBe(1)
    for (const mask of [none, all]) expect(matthewsCorrelation({ prediction: mask, reference: some })).toBe(NaN)
    expect(volumeSimilarity({ prediction: none, reference: none })).toBe(NaN)
    expect(volumeSimilarity({ prediction: none, reference: some })).toBe(0)
  })

  test('are symmetric where they should be and stay in their ranges', () => {
    fc.assert(
      fc.property(pairs, ({ prediction, reference }) => {
        const swapped = { prediction: reference, reference: prediction }
        const correlation = matthewsCorrelation({ prediction, reference })
        if (!Number.isNaN(correlation)) expect(matthewsCorrelation(swapped)).toBeCloseTo(correlation, 12)
        if (!Number.isNaN(correlation)) expect(Math.abs(correlation)).toBeLessThanOrEqual(1 + 1e-12)
        expect(volumeSimilarity(swapped)).toBe(volumeSimilarity({ prediction, reference }))
        const overlap = dice({ prediction, reference })
        if (overlap > 0) expect(volumeSimilarity({ prediction, reference })).toBeGreaterThanOrEqual(overlap - 1e-12)
      }),
    )
  })

  test('do not overflow with a volume of many voxels', () => {
    const count = 300_000
    const reference = Uint8Array.from({ length: count }, (_, i) => i % 2)
    expect(matthewsCorrelation({ prediction: reference, reference })).toBeCloseTo(1, 12)
  })

  test('name themselves when masks differ in length', () => {
    expect(() => specificity({ prediction: [1], reference: [1, 0] })).toThrow(
      new RangeError('specificity: expected masks of equal length, got 1 (prediction) and 2 (reference)'),
    )
  })
})

describe('generalisedDice', () => {
  test('weighs a small structure as much as a large one', () => {
    const reference = [1, 1, 1, 1, 1, 1, 2, 0]
    const missesSmall = { prediction: [1, 1, 1, 1, 1, 1, 0, 0], reference }
    // w = 1/36 and 1: 2 · 6/36 / (12/36 + 1).
    expect(generalisedDice(missesSmall, { labels: [1, 2] })).toBeCloseTo(0.25, 12)
    expect(generalisedDice(missesSmall, { labels: [1, 2], weights: 'uniform' })).toBeCloseTo(12 / 13, 12)
  })

  test('of one label is Dice', () => {
    fc.assert(
      fc.property(pairs, (pair) => {
        const expected = dice(pair)
        const value = generalisedDice(pair, { labels: [1] })
        if (Number.isNaN(expected)) expect(value).toBe(NaN)
        else expect(value).toBeCloseTo(expected, 12)
      }),
    )
  })

  test('leaves out labels in neither map and lets an invented label cost', () => {
    const right = { prediction: [1, 1, 0, 0], reference: [1, 1, 0, 0] }
    expect(generalisedDice(right, { labels: [1, 2, 3] })).toBe(1)
    expect(generalisedDice({ ...right, prediction: [1, 1, 2, 0] }, { labels: [1, 2] })).toBeCloseTo(4 / 5, 12)
    expect(generalisedDice({ prediction: some, reference: none }, { labels: [1] })).toBe(0)
    expect(generalisedDice({ prediction: none, reference: none }, { labels: [1, 2] })).toBe(NaN)
    expect(() => generalisedDice(right, { labels: [] })).toThrow(
      'generalisedDice: expected at least one label, got none',
    )
  })
})

describe('surface scores', () => {
  const grid = { shape: [1, 1, 4], spacing: [1, 1, 2] } as const
  const distances = (prediction: number[], reference: number[]) => surfaceDistances({ prediction, reference }, grid)

  test('surfaceDice counts the voxels of both surfaces within the tolerance', () => {
    // Surfaces at 0 mm and at 0, 6 mm: distances [0] and [0, 6].
    const sd = distances([1, 0, 0, 0], [1, 0, 0, 1])
    expect([0, 5.9, 6].map((toleranceMm) => surfaceDice(sd, { toleranceMm }))).toEqual([2 / 3, 2 / 3, 1])
    expect(meanAverageSurfaceDistance(sd)).toBe(1.5)
  })

  test('are NaN if both masks are empty; one empty is Infinity mm and a surfaceDice of 0', () => {
    for (const [a, b, mm, share] of [
      [none, none, NaN, NaN],
      [none, some, Infinity, 0],
      [some, none, Infinity, 0],
      [some, some, 0, 1],
    ] as const) {
      expect(meanAverageSurfaceDistance(distances([...a], [...b]))).toBe(mm)
      expect(surfaceDice(distances([...a], [...b]), { toleranceMm: 3 })).toBe(share)
    }
    expect(() => surfaceDice(distances(some, some), { toleranceMm: -1 })).toThrow(
      new RangeError('surfaceDice: expected a tolerance of at least 0 mm, got -1'),
    )
  })

  test('of an image, depth 1, see its outline and not its whole area', () => {
    const square = Uint8Array.from({ length: 49 }, (_, i) => (i % 7 > 0 && i % 7 < 6 && i > 6 && i < 42 ? 1 : 0))
    const pair = { prediction: square, reference: square }
    const { predictionToReference } = surfaceDistances(pair, { shape: [1, 7, 7], spacing: [1, 1, 1] })
    expect(predictionToReference.length).toBe(16)
    const flat = surfaceDistances(
      { prediction: [...square, ...square], reference: [...square, ...square] },
      {
        ...{ shape: [2, 7, 7], spacing: [1, 1, 1] },
      },
    )
    expect(flat.predictionToReference.length).toBe(50)
  })

  test('of a row or a single voxel see every voxel', () => {
    const surface = (shape: readonly [number, number, number], mask: number[]) =>
      surfaceDistances({ prediction: mask, reference: mask }, { shape, spacing: [1, 1, 1] }).predictionToReference
    expect(surface([1, 1, 4], [0, 1, 1, 1]).length).toBe(3)
    expect(surface([1, 1, 1], [1])).toEqual(Float64Array.of(0))
  })
})

describe('boundaryIou', () => {
  const shape = [1, 9, 9] as const
  const square = (edge: number) =>
    Uint8Array.from({ length: 81 }, (_, i) =>
      Math.max(Math.abs((i % 9) - 4), Math.abs(Math.floor(i / 9) - 4)) <= edge ? 1 : 0,
    )

  test('compares rims: two squares one voxel apart share nothing in a rim of one voxel', () => {
    const pair = { prediction: square(3), reference: square(2) }
    const grid = { shape, spacing: [1, 1, 1] } as const
    expect(boundaryIou(pair, { ...grid, widthMm: 1 })).toBe(0)
    // Rims of two voxels: 24 + 16 and 16 + 8 voxels share the 16 of the middle ring.
    expect(boundaryIou(pair, { ...grid, widthMm: 2 })).toBe(16 / (40 + 24 - 16))
    expect(boundaryIou(pair, { ...grid, widthMm: 99 })).toBe(iou(pair))
  })

  test('measures the width in mm of the spacing', () => {
    const pair = { prediction: square(3), reference: square(2) }
    expect(boundaryIou(pair, { shape, spacing: [1, 3, 3], widthMm: 6 })).toBe(16 / 48)
  })

  test('follows the empty rule of IoU and refuses a width of 0', () => {
    const grid = { shape: [1, 2, 2], spacing: [1, 1, 1], widthMm: 1 } as const
    expect(boundaryIou({ prediction: none, reference: none }, grid)).toBe(NaN)
    expect(boundaryIou({ prediction: some, reference: none }, grid)).toBe(0)
    expect(() => boundaryIou({ prediction: some, reference: some }, { ...grid, widthMm: 0 })).toThrow(
      new RangeError('boundaryIou: expected a width above 0 mm, got 0'),
    )
    expect(() => boundaryIou({ prediction: some, reference: some }, { ...grid, shape: [1, 1, 3] })).toThrow(
      new RangeError('boundaryIou: expected 3 voxels for shape [1, 1, 3], got 4'),
    )
  })
})

describe('lesionDetection', () => {
  const shape = [1, 1, 12] as const

  test('counts lesions found, invented and missed', () => {
    const reference = [1, 1, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1]
    const prediction = [1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1, 1]
    expect(lesionDetection({ prediction, reference }, { shape })).toEqual({
      ...{ truePositives: 2, falsePositives: 1, falseNegatives: 1, f1: 2 / 3, sensitivity: 2 / 3, precision: 2 / 3 },
    })
    expect(lesionDetection({ prediction, reference }, { shape, minimumIou: 0.5 }).truePositives).toBe(1)
  })

  test('matches one to one: a prediction over two lesions finds one', () => {
    const reference = [1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]
    const prediction = [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]
    expect(lesionDetection({ prediction, reference }, { shape })).toMatchObject({ truePositives: 1, falseNegatives: 1 })
    const swapped = lesionDetection({ prediction: reference, reference: prediction }, { shape })
    expect(swapped).toMatchObject({ truePositives: 1, falsePositives: 1, falseNegatives: 0 })
  })

  test('joins corners with connectivity 26 and not with 6', () => {
    const diagonal = [1, 0, 0, 1]
    const count = (connectivity: 6 | 26) =>
      lesionDetection({ prediction: diagonal, reference: diagonal }, { shape: [1, 2, 2], connectivity }).truePositives
    expect([count(6), count(26)]).toEqual([2, 1])
  })

  test('is NaN without any lesion and 0 with lesions on one side only', () => {
    const options = { shape: [1, 2, 2] as const }
    expect(lesionDetection({ prediction: none, reference: none }, options)).toMatchObject({ f1: NaN, sensitivity: NaN })
    expect(lesionDetection({ prediction: some, reference: none }, options)).toMatchObject({
      f1: 0,
      precision: 0,
      sensitivity: NaN,
    })
    expect(lesionDetection({ prediction: none, reference: some }, options)).toMatchObject({
      f1: 0,
      precision: NaN,
      sensitivity: 0,
    })
  })

  test('swapping prediction and reference swaps what is invented and missed', () => {
    fc.assert(
      fc.property(pairs, ({ prediction, reference }) => {
        const options = { shape: [1, 1, prediction.length] as const }
        const there = lesionDetection({ prediction, reference }, options)
        const back = lesionDetection({ prediction: reference, reference: prediction }, options)
        expect([back.falsePositives, back.falseNegatives]).toEqual([there.falseNegatives, there.falsePositives])
      }),
    )
  })

  test.each([
    ['lesionDetection: expected a minimum IoU in [0, 1), got 1', { shape: [1, 2, 2] as const, minimumIou: 1 }],
    ['lesionDetection: expected 3 voxels for shape [1, 1, 3], got 4', { shape: [1, 1, 3] as const }],
  ])('%s', (message, options) => {
    expect(() => lesionDetection({ prediction: some, reference: some }, options)).toThrow(new RangeError(message))
  })
})

describe('calibration', () => {
  test('matches values worked out by hand', () => {
    const pair = { probabilities: [0.1, 0.3, 0.8, 0.9], reference: [0, 1, 1, 1] }
    // Two bins: means 0.2 and 0.85 against shares 0.5 and 1.
    const { expected, maximum } = calibrationError(pair, { bins: 2 })
    expect(expected).toBeCloseTo((0.3 + 0.15) / 2, 12)
    expect(maximum).toBeCloseTo(0.3, 12)
    expect(brierScore(pair)).toBeCloseTo((0.01 + 0.49 + 0.04 + 0.01) / 4, 12)
  })

  test('of right certainties is 0, of wrong ones 1, and 1 falls into the last bin', () => {
    expect(calibrationError({ probabilities: [0, 1, 1], reference: [0, 1, 1] })).toEqual({ expected: 0, maximum: 0 })
    expect(calibrationError({ probabilities: [1, 0], reference: [0, 1] })).toEqual({ expected: 1, maximum: 1 })
    expect(brierScore({ probabilities: [1, 0], reference: [0, 1] })).toBe(1)
  })

  test('is NaN without voxels and no special case for an empty reference', () => {
    expect(calibrationError({ probabilities: [], reference: [] })).toEqual({ expected: NaN, maximum: NaN })
    expect(brierScore({ probabilities: [], reference: [] })).toBe(NaN)
    expect(brierScore({ probabilities: [0.5, 0.5], reference: [0, 0] })).toBe(0.25)
  })

  test('the expected error is at most the maximum, which is at most 1', () => {
    const probability = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(fc.array(fc.tuple(probability, bit), { minLength: 1 }), (voxels) => {
        const pair = { probabilities: voxels.map(([p]) => p), reference: voxels.map(([, y]) => y) }
        const { expected, maximum } = calibrationError(pair, { bins: 7 })
        expect(expected).toBeLessThanOrEqual(maximum + 1e-12)
        expect(maximum).toBeLessThanOrEqual(1)
      }),
    )
  })

  test.each([
    [
      'brierScore: expected probabilities between 0 and 1, got 1.2 at 1',
      () => brierScore({ probabilities: [0, 1.2], reference: [0, 1] }),
    ],
    [
      'calibrationError: expected lists of equal length, got 1 (probabilities) and 2 (reference)',
      () => calibrationError({ probabilities: [0], reference: [0, 1] }),
    ],
    [
      'calibrationError: expected at least 1 bin, got 0',
      () => calibrationError({ probabilities: [0], reference: [0] }, { bins: 0 }),
    ],
  ])('%s', (message, call) => {
    expect(call).toThrow(new RangeError(message))
  })
})
