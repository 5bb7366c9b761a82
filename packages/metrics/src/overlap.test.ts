import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dice, iou, labelMask, overlapCounts, precision, sensitivity } from './index.ts'

const masks = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 1 })), { minLength: 1, maxLength: 60 })
  .map((voxels) => ({ prediction: voxels.map(([p]) => p), reference: voxels.map(([, r]) => r) }))

describe('overlap of two masks', () => {
  // One voxel of each kind but two hits: TP 2, FP 1, FN 3, TN 1.
  const pair = { prediction: [1, 1, 1, 0, 0, 0, 0], reference: [1, 1, 0, 1, 1, 1, 0] }

  test('has the values worked out by hand', () => {
    expect(overlapCounts(pair)).toEqual({ truePositives: 2, falsePositives: 1, falseNegatives: 3, trueNegatives: 1 })
    expect(dice(pair)).toBe(4 / 8)
    expect(iou(pair)).toBe(2 / 6)
    expect(sensitivity(pair)).toBe(2 / 5)
    expect(precision(pair)).toBe(2 / 3)
  })

  test('takes every non-zero value as foreground', () => {
    expect(dice({ prediction: new Uint8Array([0, 255, 2]), reference: [0, -1, 0.5] })).toBe(1)
  })

  test('is NaN where its denominator is zero and 0 where a single mask is empty', () => {
    const none = [0, 0]
    const some = [0, 1]
    const both = { prediction: none, reference: none }
    const noReference = { prediction: some, reference: none }
    const noPrediction = { prediction: none, reference: some }
    const scores = [dice, iou, sensitivity, precision]
    expect(scores.map((score) => score(both))).toEqual([NaN, NaN, NaN, NaN])
    expect(scores.map((score) => score(noReference))).toEqual([0, 0, NaN, 0])
    expect(scores.map((score) => score(noPrediction))).toEqual([0, 0, 0, NaN])
  })

  test('is symmetric for Dice and IoU and swaps sensitivity with precision', () => {
    fc.assert(
      fc.property(masks, ({ prediction, reference }) => {
        const swapped = { prediction: reference, reference: prediction }
        expect(dice(swapped)).toEqual(dice({ prediction, reference }))
        expect(iou(swapped)).toEqual(iou({ prediction, reference }))
        expect(sensitivity(swapped)).toEqual(precision({ prediction, reference }))
      }),
    )
  })

  test('keeps Dice within [0, 1] and equal to 2 IoU / (1 + IoU)', () => {
    fc.assert(
      fc.property(masks, (drawn) => {
        const value = dice(drawn)
        if (Number.isNaN(value)) return
        expect(value).toBeGreaterThanOrEqual(0)
        expect(value).toBeLessThanOrEqual(1)
        expect(value).toBeCloseTo((2 * iou(drawn)) / (1 + iou(drawn)), 12)
      }),
    )
  })

  test('refuses masks of unequal length', () => {
    const unequal = { prediction: [1], reference: [1, 0] }
    const message = (name: string) => `${name}: expected masks of equal length, got 1 (prediction) and 2 (reference)`
    for (const score of [dice, iou, sensitivity, precision, overlapCounts]) {
      expect(() => score(unequal)).toThrow(new RangeError(message(score.name)))
    }
  })
})

test('labelMask marks one label of a label map', () => {
  expect(labelMask([0, 2, 1, 2], 2)).toEqual(new Uint8Array([0, 1, 0, 1]))
  expect(labelMask(new Int16Array([3, 3]), 1)).toEqual(new Uint8Array(2))
})
