import { expect, test } from 'vitest'
import { createVolume, voxelCount, type Affine, type Shape3, type Spacing } from './index.ts'

const data = new Uint8Array(24)
const shape: Shape3 = [2, 3, 4]

test('a volume without geometry has 1 mm voxels and its origin at the first', () => {
  const volume = createVolume({ data, shape })
  expect(volume.spacing).toEqual([1, 1, 1])
  expect(volume.affine).toEqual([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])
  expect(volume.data).toBe(data)
})

test('spacing [depth, height, width] lands on the affine in order x, y, z', () => {
  const { affine } = createVolume({ data, shape, spacing: [5, 2, 1] })
  expect(affine).toEqual([1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 5, 0, 0, 0, 0, 1])
})

test('the affine gives the spacing, and wins over one that is rounded', () => {
  const affine: Affine = [0, 0, 3, 7, 0.6, 0.8, 0, 8, -0.8, 0.6, 0, 9, 0, 0, 0, 1]
  expect(createVolume({ data, shape, affine }).spacing).toEqual([3, 1, 1])
  expect(createVolume({ data, shape, affine, spacing: [3.0001, 1, 1] }).spacing).toEqual([3, 1, 1])
})

test('later changes to the arguments do not reach the volume', () => {
  const own: [number, number, number] = [2, 3, 4]
  const volume = createVolume({ data, shape: own })
  own[0] = 9
  expect(volume.shape).toEqual([2, 3, 4])
})

test('voxelCount multiplies the extents', () => {
  expect(voxelCount([2, 3, 4])).toBe(24)
})

const identity: Affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
const change = (index: number, value: number): Affine => identity.map((old, i) => (i === index ? value : old))

test.each<[string, { shape?: Shape3; spacing?: Spacing; affine?: Affine }]>([
  ['createVolume: expected shape of three whole numbers >= 1, got [0, 3, 4]', { shape: [0, 3, 4] }],
  ['createVolume: expected shape of three whole numbers >= 1, got [1.5, 4, 4]', { shape: [1.5, 4, 4] }],
  ['createVolume: expected 27 voxels for shape [3, 3, 3], got 24', { shape: [3, 3, 3] }],
  ['createVolume: expected spacing of three positive finite numbers, got [1, -1, 1]', { spacing: [1, -1, 1] }],
  ['createVolume: expected spacing of three positive finite numbers, got [1, 1, NaN]', { spacing: [1, 1, NaN] }],
  ['createVolume: expected affine of 16 finite numbers, got [1, 2]', { affine: [1, 2] }],
  ['createVolume: expected affine with last row [0, 0, 0, 1], got [0, 0, 2, 1]', { affine: change(14, 2) }],
  [
    'createVolume: expected affine with three independent axes, got [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]',
    { affine: change(0, 0) },
  ],
  [
    'createVolume: expected spacing [1, 1, 1] as in the affine, got [2, 1, 1]',
    { affine: identity, spacing: [2, 1, 1] },
  ],
])('%s', (message, parts) => {
  expect(() => createVolume({ data, shape, ...parts })).toThrow(new RangeError(message))
})
