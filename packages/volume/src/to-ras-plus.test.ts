import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import fc from 'fast-check'
import { createVolume, spacingOf, toRasPlus, worldPosition, type Affine, type Shape3 } from './index.ts'

interface Fixture {
  shape: Shape3
  cases: { affine: number[]; shape: number[]; data: number[]; turned: number[] }[]
}
const fixture = JSON.parse(readFileSync(new URL('../fixtures/canonical.json', import.meta.url), 'utf8')) as Fixture

test('an LPS volume gets both axes flipped and its origin at the other corner', () => {
  const affine = [-1, 0, 0, 5, 0, -1, 0, 6, 0, 0, 2, 7, 0, 0, 0, 1]
  const volume = createVolume({ data: Int16Array.of(1, 2, 3, 4, 5, 6), shape: [1, 2, 3], affine })
  const turned = toRasPlus(volume)
  expect([...turned.data]).toEqual([6, 5, 4, 3, 2, 1])
  expect(turned.affine).toEqual([1, 0, 0, 3, 0, 1, 0, 5, 0, 0, 2, 7, 0, 0, 0, 1])
  expect(turned.data).toBeInstanceOf(Int16Array)
})

test('a sagittal volume (x index superior, y index anterior, z index right) is transposed', () => {
  const affine = [0, 0, 3, 0, 0, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 1]
  const turned = toRasPlus(createVolume({ data: Uint8Array.of(1, 2, 3, 4, 5, 6), shape: [2, 1, 3], affine }))
  expect(turned.shape).toEqual([3, 1, 2])
  expect(turned.spacing).toEqual([2, 1, 3])
  expect([...turned.data]).toEqual([1, 4, 2, 5, 3, 6])
})

test('agrees with nibabel over 48 orientations, sheared obliques and 45 degree ties', () => {
  expect(fixture.cases.length).toBe(75)
  const data = Int32Array.from({ length: 24 }, (_, i) => i)
  for (const { affine, shape, data: expected, turned } of fixture.cases) {
    const ours = toRasPlus(createVolume({ data, shape: fixture.shape, affine }))
    expect(ours.shape).toEqual(shape)
    expect([...ours.data]).toEqual(expected)
    ours.affine.forEach((value, i) => expect(value).toBeCloseTo(turned[i], 8))
  }
})

test('a canonical volume is returned as it is', () => {
  const volume = createVolume({ data: new Float32Array(8), shape: [2, 2, 2] })
  expect(toRasPlus(volume)).toBe(volume)
})

/** World position of each voxel by value; the values are all different. */
function positions(volume: { data: Float32Array; shape: Shape3; affine: Affine }): Map<number, number[]> {
  const [, height, width] = volume.shape
  const place = (i: number): Shape3 => [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width]
  return new Map([...volume.data].map((value, i) => [value, worldPosition(volume.affine, place(i))]))
}

test('every voxel keeps its world position, and turning twice changes nothing more', () => {
  const entry = fc.noBias(fc.integer({ min: -3000, max: 3000 })).map((value) => value / 1000)
  const extent = fc.integer({ min: 1, max: 4 })
  fc.assert(
    fc.property(fc.array(entry, { minLength: 12, maxLength: 12 }), fc.tuple(extent, extent, extent), (rows, shape) => {
      const affine = [...rows, 0, 0, 0, 1]
      const [a, b, c, , d, e, f, , g, h, i] = affine
      fc.pre(Math.abs(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)) > 0.1)
      const count = shape[0] * shape[1] * shape[2]
      const volume = createVolume({ data: Float32Array.from({ length: count }, (_, n) => n), shape, affine })
      const turned = toRasPlus(volume)
      const before = positions(volume)
      for (const [value, position] of positions(turned)) {
        before.get(value)?.forEach((coordinate, axis) => expect(position[axis]).toBeCloseTo(coordinate, 9))
      }
      expect(new Set(turned.data).size).toBe(count)
      expect(turned.spacing).toEqual(spacingOf(turned.affine))
      expect(toRasPlus(turned)).toBe(turned)
    }),
  )
})

test('NaN and infinite voxels are moved untouched', () => {
  const affine = [-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
  const data = Float32Array.of(NaN, -Infinity, 1)
  expect([...toRasPlus(createVolume({ data, shape: [1, 1, 3], affine })).data]).toEqual([1, -Infinity, NaN])
})

test('data that do not fit the shape are named', () => {
  const volume = { ...createVolume({ data: new Uint8Array(8), shape: [2, 2, 2] }), data: new Uint8Array(7) }
  expect(() => toRasPlus(volume)).toThrow(new RangeError('toRasPlus: expected 8 voxels for shape [2, 2, 2], got 7'))
})
