import { expect, test } from 'vitest'
import fc from 'fast-check'
import { extractPatch, type Shape3 } from './index.ts'

test('a patch inside the image is the box', () => {
  const data = Int16Array.from({ length: 24 }, (_, i) => i)
  const patch = extractPatch({ data, shape: [2, 3, 4] }, { start: [1, 1, 2], size: [1, 2, 2] })
  expect([...patch]).toEqual([18, 19, 22, 23])
  expect(patch).toBeInstanceOf(Int16Array)
})

test('what lies outside the image is the padding value', () => {
  const image = { data: Float32Array.of(1, 2), shape: [1, 1, 2] } as const
  expect([...extractPatch(image, { start: [0, 0, -1], size: [1, 1, 4], value: -5 })]).toEqual([-5, 1, 2, -5])
  expect([...extractPatch(image, { start: [0, 0, 7], size: [1, 1, 2] })]).toEqual([0, 0])
  expect([...extractPatch(image, { start: [-3, 0, 0], size: [2, 1, 1], value: 4 })]).toEqual([4, 4])
})

const extent = fc.integer({ min: 1, max: 4 })
const first = fc.integer({ min: -5, max: 6 })

test('every voxel of every channel comes from its place, for any box', () => {
  fc.assert(
    fc.property(
      fc.tuple(extent, extent, extent),
      fc.tuple(first, first, first),
      fc.tuple(extent, extent, extent),
      (shape, start, size) => {
        const channels = 2
        const plane = shape[0] * shape[1] * shape[2]
        const data = Int32Array.from({ length: channels * plane }, (_, i) => i + 1)
        const expected = [0, 1].flatMap((channel) =>
          placesOf(size).map((place) => {
            const [z, y, x] = place.map((p, axis) => p + start[axis])
            const inside = [z, y, x].every((p, axis) => p >= 0 && p < shape[axis])
            return inside ? 1 + channel * plane + (z * shape[1] + y) * shape[2] + x : -7
          }),
        )
        expect([...extractPatch({ data, shape, channels }, { start, size, value: -7 })]).toEqual(expected)
      },
    ),
  )
})

test('a bad box or length is named', () => {
  const image = { data: new Uint8Array(8), shape: [2, 2, 2] } as const
  expect(() => extractPatch(image, { start: [0, 0, 0.5], size: [1, 1, 1] })).toThrow(
    new RangeError('extractPatch: expected start of three whole numbers, got [0, 0, 0.5]'),
  )
  expect(() => extractPatch(image, { start: [0, 0, 0], size: [1, -1, 1] })).toThrow(
    new RangeError('extractPatch: expected size of three whole numbers >= 1, got [1, -1, 1]'),
  )
  expect(() => extractPatch({ ...image, channels: 2 }, { start: [0, 0, 0], size: [1, 1, 1] })).toThrow(
    new RangeError('extractPatch: expected 16 voxels for 2 x [2, 2, 2], got 8'),
  )
})

function placesOf([depth, height, width]: Shape3): Shape3[] {
  const count = depth * height * width
  return Array.from({ length: count }, (_, i) => [
    Math.floor(i / (height * width)),
    Math.floor(i / width) % height,
    i % width,
  ])
}
