import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  argMaxChanged,
  camDisagreement,
  iouDrop,
  jensenShannon,
  labelMapDisagreement,
  lossRise,
  maskDisagreement,
} from './index.ts'

const reference = JSON.parse(readFileSync(new URL('../fixtures/reference.json', import.meta.url), 'utf8')) as {
  jensenShannon: { classes: number; dense: number[]; pruned: number[]; mean: number }[]
}

const masks = fc.integer({ min: 0, max: 30 }).chain((n) => {
  const mask = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: n, maxLength: n })
  return fc.tuple(mask, mask)
})

describe('maskDisagreement', () => {
  test('is 1 - IoU by hand, 0 for two empty masks and 1 for one', () => {
    expect(maskDisagreement({ prediction: [1, 1, 0, 0], reference: [0, 1, 1, 0] })).toBeCloseTo(2 / 3, 12)
    expect(maskDisagreement({ prediction: [0, 0], reference: [0, 0] })).toBe(0)
    expect(maskDisagreement({ prediction: [0, 0], reference: [0, 1] })).toBe(1)
  })

  test('is symmetric, within [0, 1], and 0 of a mask with itself', () => {
    fc.assert(
      fc.property(masks, ([a, b]) => {
        const d = maskDisagreement({ prediction: a, reference: b })
        expect(maskDisagreement({ prediction: b, reference: a })).toBe(d)
        expect(d >= 0 && d <= 1).toBe(true)
        expect(maskDisagreement({ prediction: a, reference: a })).toBe(0)
        // One foreground label: the same measure.
        expect(labelMapDisagreement({ dense: a, pruned: b })).toBeCloseTo(d, 12)
      }),
    )
  })
})

describe('labelMapDisagreement', () => {
  test('averages over the labels that occur, by hand', () => {
    // label 1: both 1, either 2; label 2: both 0, either 2; label 5: both 1, either 1
    const pair = { dense: [1, 1, 2, 0, 5], pruned: [1, 2, 0, 0, 5] }
    expect(labelMapDisagreement(pair)).toBeCloseTo((1 / 2 + 1 + 0) / 3, 12)
    expect(labelMapDisagreement({ dense: [0, 0], pruned: [0, 0] })).toBe(0)
  })

  test('refuses maps of different sizes', () => {
    expect(() => labelMapDisagreement({ dense: [1], pruned: [1, 0] })).toThrow(
      new RangeError('labelMapDisagreement: expected answers of equal length, got 1 (dense) and 2 (pruned)'),
    )
  })
})

describe('jensenShannon', () => {
  test.each(reference.jensenShannon)('agrees with SciPy over $classes classes', ({ classes, dense, pruned, mean }) => {
    expect(jensenShannon({ dense, pruned }, { classes })).toBeCloseTo(mean, 12)
  })

  test('is 1 bit for certain opposites, 0 for equals', () => {
    expect(jensenShannon({ dense: [1, 0], pruned: [0, 1] })).toBe(1)
    expect(jensenShannon({ dense: [0.3, 0.7], pruned: [0.3, 0.7] })).toBe(0)
  })

  test('refuses lengths that are no multiple of the classes', () => {
    expect(() => jensenShannon({ dense: [1, 0, 0], pruned: [1, 0, 0] }, { classes: 2 })).toThrow(
      new RangeError('jensenShannon: expected a multiple of 2 values, got 3'),
    )
  })
})

test('argMaxChanged sees only the largest; a tie belongs to the lower class', () => {
  expect(argMaxChanged({ dense: [0.1, 0.9], pruned: [0.45, 0.55] })).toBe(0)
  expect(argMaxChanged({ dense: [0.1, 0.9], pruned: [0.5, 0.5] })).toBe(1)
})

test('lossRise counts rises only', () => {
  expect(lossRise({ dense: 0.2, pruned: 0.7 })).toBeCloseTo(0.5, 12)
  expect(lossRise({ dense: 0.7, pruned: 0.2 })).toBe(0)
})

test('iouDrop is signed and takes two empty masks as agreement', () => {
  const truth = [1, 1, 0, 0]
  expect(iouDrop({ dense: [1, 1, 0, 0], pruned: [1, 0, 0, 0] }, truth)).toBeCloseTo(0.5, 12)
  expect(iouDrop({ dense: [1, 0, 0, 0], pruned: [1, 1, 0, 0] }, truth)).toBeCloseTo(-0.5, 12)
  expect(iouDrop({ dense: [0, 0], pruned: [0, 1] }, [0, 0])).toBe(1)
})

describe('camDisagreement', () => {
  test('compares the hot parts, whatever the scale, by hand', () => {
    const dense = [0, 4, 3, 1]
    expect(camDisagreement({ dense, pruned: dense.map((value) => 100 * value) })).toBe(0)
    // from half of the maximum on: {1, 2} against {2, 3}
    expect(camDisagreement({ dense, pruned: [0, 0, 2, 1] })).toBeCloseTo(2 / 3, 12)
    expect(camDisagreement({ dense, pruned: [0, 0, 2, 1] }, { fraction: 0.8 })).toBe(1)
  })

  test('takes a map without positive values as empty', () => {
    expect(camDisagreement({ dense: [-1, 0], pruned: [-2, 0] })).toBe(0)
    expect(camDisagreement({ dense: [-1, 0], pruned: [-2, 1] })).toBe(1)
  })

  test('refuses a fraction out of range', () => {
    const call = () => camDisagreement({ dense: [1], pruned: [1] }, { fraction: 1 })
    expect(call).toThrow(new RangeError('camDisagreement: expected a fraction between 0 and 1, got 1'))
  })
})
