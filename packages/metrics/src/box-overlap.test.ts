import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boxIou, boxOfMask, iou } from './index.ts'

test('the box of two far voxels spans both', () => {
  const mask = new Uint8Array(2 * 3 * 4)
  mask[1] = 1 // z 0, y 0, x 1
  mask[12 + 8 + 3] = 7 // z 1, y 2, x 3
  expect(boxOfMask(mask, { shape: [2, 3, 4] })).toEqual({ start: [0, 0, 1], size: [2, 3, 3] })
})

test('an empty mask has no box', () => {
  expect(boxOfMask(new Uint8Array(6), { shape: [1, 2, 3] })).toBe(null)
})

test('boxes that share a third of their union overlap by 1/3, apart or touching by 0', () => {
  const box = { start: [0, 0, 0], size: [1, 2, 2] } as const
  expect(boxIou(box, { start: [0, 0, 1], size: [1, 2, 2] })).toBe(1 / 3)
  expect(boxIou(box, { start: [0, 0, 2], size: [1, 2, 2] })).toBe(0)
  expect(boxIou(box, { start: [0, 5, 5], size: [1, 2, 2] })).toBe(0)
  expect(boxIou(box, { start: [0, 0, 0], size: [0, 2, 2] })).toBe(0)
  expect(boxIou(box, box)).toBe(1)
})

test('is the IoU of the two filled boxes', () => {
  const shape = [3, 5, 6] as const
  const edge = (extent: number) => fc.tuple(fc.nat(extent - 1), fc.nat(extent - 1))
  const box = fc.tuple(edge(3), edge(5), edge(6)).map((edges) => ({
    start: edges.map(([a, b]) => Math.min(a, b)) as [number, number, number],
    size: edges.map(([a, b]) => Math.abs(a - b) + 1) as [number, number, number],
  }))
  const filled = ({ start, size }: { start: number[]; size: number[] }) =>
    Uint8Array.from({ length: 90 }, (_, i) => {
      const place = [Math.floor(i / 30), Math.floor(i / 6) % 5, i % 6]
      return place.every((p, axis) => p >= start[axis] && p < start[axis] + size[axis]) ? 1 : 0
    })
  fc.assert(
    fc.property(box, box, (a, b) => {
      expect(boxIou(a, b)).toBe(iou({ prediction: filled(a), reference: filled(b) }))
      expect(boxIou(a, b)).toBe(boxIou(b, a))
      expect(boxOfMask(filled(a), { shape })).toEqual(a)
    }),
  )
})

test('a mask that does not fit its shape is named', () => {
  expect(() => boxOfMask([1, 0], { shape: [1, 1, 3] })).toThrow(
    new RangeError('boxOfMask: expected 3 voxels for shape [1, 1, 3], got 2'),
  )
})
