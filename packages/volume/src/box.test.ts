import { expect, test } from 'vitest'
import fc from 'fast-check'
import { createVolume, crop, foregroundBox, padTo, worldPosition, type Box, type Shape3 } from './index.ts'

const affine = [0, -2, 0.5, 10, 1, 0, 0, 20, 0, 0, 5, 30, 0, 0, 0, 1]
const numbered = (shape: Shape3) => {
  const data = Int32Array.from({ length: shape[0] * shape[1] * shape[2] }, (_, i) => i)
  return createVolume({ data, shape, affine })
}

test('crop copies the box and moves the origin', () => {
  const part = crop(numbered([2, 3, 4]), { start: [1, 1, 2], size: [1, 2, 2] })
  expect([...part.data]).toEqual([18, 19, 22, 23])
  expect(worldPosition(part.affine, [0, 0, 0])).toEqual(worldPosition(affine, [1, 1, 2]))
  expect(part.data).toBeInstanceOf(Int32Array)
})

test('padTo puts the volume in the middle, the odd voxel behind, and never shrinks', () => {
  const padded = padTo(createVolume({ data: Uint8Array.of(1, 2), shape: [1, 1, 2] }), [1, 2, 5], { value: 9 })
  expect(padded.shape).toEqual([1, 2, 5])
  expect([...padded.data]).toEqual([9, 1, 2, 9, 9, 9, 9, 9, 9, 9])
  expect(padded.affine[3]).toBe(-1)
  expect(padTo(numbered([2, 3, 4]), [1, 1, 1])).toEqual(numbered([2, 3, 4]))
})

const boxes = fc
  .tuple(...[0, 1, 2].map(() => fc.tuple(fc.integer({ min: 1, max: 5 }), fc.nat(), fc.nat())))
  .map((axes) => {
    const shape = axes.map(([extent]) => extent)
    const start = axes.map(([extent, first]) => first % extent)
    const size = axes.map(([extent, , length], axis) => 1 + (length % (extent - start[axis])))
    const three = (v: number[]): Shape3 => [v[0], v[1], v[2]]
    return { shape: three(shape), box: { start: three(start), size: three(size) } satisfies Box }
  })

test('a cropped or padded voxel keeps its world position', () => {
  fc.assert(
    fc.property(boxes, ({ shape, box }) => {
      const volume = numbered(shape)
      const before = shape.map((extent, axis) => 0 - Math.floor(([6, 6, 7][axis] - extent) / 2))
      for (const [part, start, wanted] of [
        [crop(volume, box), box.start, box.size[0] * box.size[1] * box.size[2]],
        [padTo(volume, [6, 6, 7], { value: -1 }), before, volume.data.length],
      ] as const) {
        let seen = 0
        part.data.forEach((value, i) => {
          if (value < 0) return
          seen++
          const place = placeOf(i, part.shape)
          const moved: Shape3 = [place[0] + start[0], place[1] + start[1], place[2] + start[2]]
          expect(moved).toEqual(placeOf(value, shape))
          worldPosition(part.affine, place).forEach((mm, axis) => {
            expect(mm).toBeCloseTo(worldPosition(affine, placeOf(value, shape))[axis], 9)
          })
        })
        expect(seen).toBe(wanted)
      }
    }),
  )
})

test('padding and cropping back is the identity', () => {
  const volume = numbered([2, 3, 4])
  const padded = padTo(volume, [4, 4, 7])
  expect(crop(padded, { start: [1, 0, 1], size: [2, 3, 4] })).toEqual(volume)
})

test('a box that leaves the volume is named', () => {
  expect(() => crop(numbered([2, 3, 4]), { start: [0, 0, 3], size: [1, 1, 2] })).toThrow(
    new RangeError('crop: expected a box inside shape [2, 3, 4], got start [0, 0, 3] and size [1, 1, 2]'),
  )
  expect(() => crop(numbered([2, 3, 4]), { start: [-1, 0, 0], size: [1, 1, 1] })).toThrow(
    new RangeError('crop: expected a box inside shape [2, 3, 4], got start [-1, 0, 0] and size [1, 1, 1]'),
  )
  expect(() => crop(numbered([2, 3, 4]), { start: [0, 0, 0], size: [1, 0, 1] })).toThrow(
    new RangeError('crop: expected size of three whole numbers >= 1, got [1, 0, 1]'),
  )
  expect(() => crop(numbered([2, 3, 4]), { start: [0.5, 0, 0], size: [1, 1, 1] })).toThrow(
    new RangeError('crop: expected start of three whole numbers, got [0.5, 0, 0]'),
  )
})

const sparse = (shape: Shape3, places: readonly Shape3[]) => {
  const data = new Float32Array(shape[0] * shape[1] * shape[2])
  for (const [z, y, x] of places) data[(z * shape[1] + y) * shape[2] + x] = 1
  return createVolume({ data, shape })
}
const two = sparse([5, 6, 7], [[1, 4, 2], [3, 2, 5]]) // prettier-ignore

test('foregroundBox spans all voxels above the threshold', () => {
  expect(foregroundBox(two)).toEqual({ start: [1, 2, 2], size: [3, 3, 4] })
  expect(foregroundBox(two, { threshold: 1 })).toEqual({ start: [0, 0, 0], size: [5, 6, 7] })
})

test('a margin grows the box and is cut at the border', () => {
  expect(foregroundBox(two, { margin: 1 })).toEqual({ start: [0, 1, 1], size: [5, 5, 6] })
  expect(foregroundBox(two, { margin: [0, 9, 0] })).toEqual({ start: [1, 0, 2], size: [3, 6, 4] })
  expect(() => foregroundBox(two, { margin: -1 })).toThrow(
    new RangeError('foregroundBox: expected margin of three whole numbers >= 0, got [-1, -1, -1]'),
  )
})

test('without foreground the box is the whole volume; NaN is no foreground, Infinity is', () => {
  const whole = { start: [0, 0, 0], size: [1, 1, 3] }
  expect(foregroundBox({ data: new Float32Array(3), shape: [1, 1, 3] })).toEqual(whole)
  expect(foregroundBox({ data: Float32Array.of(NaN, NaN, NaN), shape: [1, 1, 3] })).toEqual(whole)
  const infinite = { data: Float32Array.of(NaN, Infinity, 0), shape: [1, 1, 3] } as const
  expect(foregroundBox(infinite)).toEqual({ start: [0, 0, 1], size: [1, 1, 1] })
})

test('the box holds every foreground voxel and touches one on each side', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 59 }), { minLength: 1, maxLength: 6 }), (indices) => {
      const places = indices.map((i) => placeOf(i, [3, 4, 5]))
      const { start, size } = foregroundBox(sparse([3, 4, 5], places))
      for (const axis of [0, 1, 2] as const) {
        const along = places.map((place) => place[axis])
        expect(start[axis]).toBe(Math.min(...along))
        expect(start[axis] + size[axis] - 1).toBe(Math.max(...along))
      }
    }),
  )
})

function placeOf(i: number, [, height, width]: Shape3): Shape3 {
  return [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width]
}
