import { expect, test } from 'vitest'
import fc from 'fast-check'
import {
  affineFromSpacing,
  invertAffine,
  multiplyAffines,
  scaleAffine,
  spacingOf,
  translateAffine,
  worldPosition,
  type Affine,
} from './index.ts'

const oblique: Affine = [0, -2, 0, 10, 1, 0, 0, 20, 0, 0, 5, 30, 0, 0, 0, 1]

test('a voxel position [z, y, x] goes through the columns of x, y and z', () => {
  // x = -2 * y + 10, y = x + 20, z = 5 * z + 30 at z = 1, y = 2, x = 3
  expect(worldPosition(oblique, [1, 2, 3])).toEqual([6, 23, 35])
})

test('spacingOf gives the column lengths in order [depth, height, width] and undoes affineFromSpacing', () => {
  expect(spacingOf(oblique)).toEqual([5, 2, 1])
  expect(spacingOf(affineFromSpacing([3, 0.7, 0.5]))).toEqual([3, 0.7, 0.5])
})

test('translateAffine moves the first voxel, scaleAffine the steps', () => {
  expect(worldPosition(translateAffine(oblique, [1, 2, 3]), [0, 0, 0])).toEqual([6, 23, 35])
  expect(spacingOf(scaleAffine(oblique, [2, 3, 4]))).toEqual([10, 6, 4])
  expect(worldPosition(scaleAffine(oblique, [2, 3, 4]), [0, 0, 0])).toEqual([10, 20, 30])
})

test('an affine times its inverse is the identity', () => {
  const number = fc.double({ min: -10, max: 10, noNaN: true })
  fc.assert(
    fc.property(fc.array(number, { minLength: 12, maxLength: 12 }), (rows) => {
      // A dominant diagonal keeps the random matrix away from degenerate ones.
      const affine = [...rows.map((value, i) => (i % 5 === 0 ? value + 40 * Math.sign(value || 1) : value)), 0, 0, 0, 1]
      multiplyAffines(affine, invertAffine(affine)).forEach((value, i) => {
        expect(value).toBeCloseTo(i % 5 === 0 ? 1 : 0, 9)
      })
    }),
  )
})

test('a degenerate affine is named', () => {
  const flat = [1, 2, 0, 0, 1, 2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
  expect(() => invertAffine(flat)).toThrow(
    new RangeError(
      'invertAffine: expected affine with three independent axes, got [1, 2, 0, 0, 1, 2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]',
    ),
  )
  expect(() => spacingOf([])).toThrow(new RangeError('spacingOf: expected affine of 16 finite numbers, got []'))
  expect(() => affineFromSpacing([1, 0, 1])).toThrow(
    new RangeError('affineFromSpacing: expected spacing of three positive finite numbers, got [1, 0, 1]'),
  )
})
