import { unetSpec } from '@leanvox/nets'
import { expect, test } from 'vitest'
import { requirePhi, requireUsablePhi } from './phi.ts'

const spec = unetSpec({ dimensions: 2, channels: [2, 2, 2] })

test.each([0, -0.1, 1.01, NaN, Infinity])('%s is not a rescaling factor', (phi) => {
  expect(() => requirePhi('f', phi)).toThrow(new RangeError(`f: expected a phi in (0, 1], got ${phi}`))
})

test('one bad factor of several is named, and an empty list is none', () => {
  expect(() => requirePhi('f', [0.5, 1.5])).toThrow('f: expected a phi in (0, 1], got 1.5')
  expect(() => requirePhi('f', [])).toThrow('f: expected a phi in (0, 1], got an empty list')
  expect(requirePhi('f', [0.5, 1])).toEqual([0.5, 1])
})

test('a factor that leaves one voxel at every level below the first is refused with the size', () => {
  expect(() => requireUsablePhi('f', 0.05, { spec, spatial: [20, 16] })).toThrow(
    'f: expected a phi that leaves more than one voxel below the first level of [20, 16], got 0.05',
  )
  expect(requireUsablePhi('f', 0.05, { spec, spatial: [21, 16] })).toBe(0.05) // ceil(1.05) = 2 rows
})

test('a network of one level has no level to lose', () => {
  expect(requireUsablePhi('f', 0.01, { spec: unetSpec({ dimensions: 2, channels: [2] }), spatial: [8, 8] })).toBe(0.01)
})
