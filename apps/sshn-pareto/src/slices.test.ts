import { expect, test } from 'vitest'
import { largestSlice } from './slices.ts'

const volume = {
  id: 'v',
  image: Float32Array.from({ length: 2 * 3 * 2 }, (_, i) => i),
  label: Uint8Array.from([0, 0, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0]),
  channels: 1,
  shape: [2, 2, 3] as const,
  spacing: [3, 2, 1] as const,
  affine: [1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1],
}

test('takes the slice with the most foreground and pads it around its middle with the least value', () => {
  // Of slices [0..5] and [6..11] the second has label 2 alone, the first label 1 alone: the first of equals stays.
  const { image, label, shape, spacing } = largestSlice(volume, [4, 3])
  expect(shape).toEqual([1, 4, 3])
  expect(spacing).toEqual([1, 2, 1])
  expect([...image]).toEqual([0, 0, 0, 0, 1, 2, 3, 4, 5, 0, 0, 0])
  expect([...label]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0])
})

test('cuts what is larger than asked for', () => {
  const more = { ...volume, label: Uint8Array.from([0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0]) }
  expect([...largestSlice(more, [2, 1]).image]).toEqual([7, 10])
  expect([...largestSlice(more, [2, 1]).label]).toEqual([2, 0])
})
