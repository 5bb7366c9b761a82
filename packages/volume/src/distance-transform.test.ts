import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import fc from 'fast-check'
import { createVolume, distanceTransform, nearestDistances, packMask, type Shape3, type Spacing } from './index.ts'

interface Fixture {
  shape: Shape3
  cases: { spacing: Spacing; mask: number[]; distance: number[] }[]
}
const file = new URL('../fixtures/distance-transform.json', import.meta.url)
const fixture = JSON.parse(readFileSync(file, 'utf8')) as Fixture

test('distances on a line are steps times spacing', () => {
  const data = Uint8Array.of(0, 0, 1, 0, 0, 0, 1)
  expect([...distanceTransform({ data, shape: [1, 1, 7] }, { spacing: [1, 1, 0.5] })]).toEqual([
    1, 0.5, 0, 0.5, 1, 0.5, 0,
  ])
})

test('a 3-4-12 box has a diagonal of 13 mm, with the spacing of the mask itself', () => {
  const mask = createVolume({ data: new Uint8Array(8), shape: [2, 2, 2], spacing: [12, 4, 3] })
  mask.data[0] = 1
  expect([...distanceTransform(mask)]).toEqual([0, 3, 4, 5, 12, Math.hypot(12, 3), Math.hypot(12, 4), 13])
})

test.each(fixture.cases)('agrees with scipy at spacing $spacing', ({ spacing, mask, distance }) => {
  const ours = distanceTransform({ data: Uint8Array.from(mask), shape: fixture.shape }, { spacing })
  distance.forEach((expected, i) => expect(ours[i]).toBeCloseTo(expected, 8))
})

test('equals brute force for random masks, shapes and spacings', () => {
  const extent = fc.integer({ min: 1, max: 5 })
  const step = fc.double({ min: 0.2, max: 5, noNaN: true })
  fc.assert(
    fc.property(
      fc.tuple(extent, extent, extent),
      fc.tuple(step, step, step),
      fc.array(fc.nat({ max: 124 }), { maxLength: 8 }),
      (shape, spacing, seeds) => {
        const data = new Uint8Array(shape[0] * shape[1] * shape[2])
        for (const seed of seeds) data[seed % data.length] = 1
        const distances = distanceTransform({ data, shape }, { spacing })
        const expected = bruteForce(data, shape, spacing)
        distances.forEach((distance, i) => {
          if (expected[i] === Infinity) expect(distance).toBe(Infinity)
          else expect(Math.abs(distance - expected[i])).toBeLessThan(1e-9)
        })
        const queries = data.map((_, i) => (i % 3 === 0 ? 2 : 0))
        const asked = nearestDistances({ sites: data, queries, shape }, { spacing })
        const wanted = distances.filter((_, i) => i % 3 === 0)
        expect(asked.length).toBe(wanted.length)
        asked.forEach((mm, i) => expect(mm === wanted[i] || Math.abs(mm - wanted[i]) < 1e-9).toBe(true))
      },
    ),
  )
})

test('nearest distances are asked for some voxels, in memory order', () => {
  const [sites, queries] = [Uint8Array.of(0, 0, 1, 0, 0, 0), Uint8Array.of(1, 0, 1, 0, 7, 0)]
  expect([...nearestDistances({ sites, queries, shape: [6, 1, 1] }, { spacing: [2, 1, 1] })]).toEqual([4, 0, 4])
  expect([...nearestDistances({ sites: new Uint8Array(6), queries, shape: [6, 1, 1] })]).toEqual(
    Array(3).fill(Infinity),
  )
  expect(nearestDistances({ sites, queries: new Uint8Array(6), shape: [1, 6, 1] }).length).toBe(0)
  expect(() => nearestDistances({ sites, queries: [1], shape: [1, 1, 6] })).toThrow(
    new RangeError('nearestDistances: expected 6 voxels for shape [1, 1, 6], got 1'),
  )
})

test('nearest distances equal brute force for long rows, sites far away and thin grids, plain or packed', () => {
  const thin = fc.constantFrom(1, 1, 2, 7)
  const long = fc.constantFrom(1, 2, 33, 90)
  const step = fc.constantFrom(0.3, 1, 1.1, 6)
  fc.assert(
    fc.property(
      fc.tuple(thin, fc.constantFrom(1, 3, 25), long),
      fc.tuple(step, step, step),
      fc.tuple(fc.array(fc.nat(99999), { minLength: 1, maxLength: 4 }), fc.array(fc.nat(99999), { maxLength: 60 })),
      (shape, spacing, [seeds, asked]) => {
        const count = shape[0] * shape[1] * shape[2]
        const sites = new Uint8Array(count)
        const queries = new Uint8Array(count)
        for (const seed of seeds) sites[seed % count] = 1
        for (const seed of asked) queries[seed % count] = 1
        const expected = bruteForce(sites, shape, spacing).filter((_, i) => queries[i] === 1)
        const found = nearestDistances({ sites, queries, shape }, { spacing })
        expect(found.length).toBe(expected.length)
        found.forEach((mm, i) => expect(Math.abs(mm - expected[i])).toBeLessThan(1e-9))
        const packed = { sites: packMask({ data: sites, shape }), queries: packMask({ data: queries, shape }), shape }
        expect(nearestDistances(packed, { spacing })).toEqual(found)
      },
    ),
  )
})

test('nearest distances are right where searching would be too dear: two walls that face each other', () => {
  const shape = [40, 40, 60] as const
  const sites = new Uint8Array(40 * 40 * 60)
  const queries = sites.map((_, i) => (i % 60 >= 57 ? 1 : 0))
  for (let i = 0; i < sites.length; i += 60) sites[i + (i % 7)] = 1
  const spacing = [1, 0.8, 1.5] as const
  const everywhere = distanceTransform({ data: sites, shape }, { spacing })
  const expected = everywhere.filter((_, i) => queries[i] === 1)
  const found = nearestDistances({ sites, queries, shape }, { spacing })
  found.forEach((mm, i) => expect(Math.abs(mm - expected[i])).toBeLessThan(1e-9))
  expect(found.length).toBe(40 * 40 * 3)
})

test('one far corner answers every voxel', () => {
  const shape = [30, 31, 5] as const
  const sites = new Uint8Array(30 * 31 * 5)
  sites[0] = 1
  const spacing = [1, 0.8, 2.5] as const
  const found = nearestDistances({ sites, queries: sites.map(() => 1), shape }, { spacing })
  const expected = distanceTransform({ data: sites, shape }, { spacing })
  found.forEach((mm, i) => expect(Math.abs(mm - expected[i])).toBeLessThan(1e-9))
})

test('packed masks must have the shape', () => {
  const mask = packMask({ data: [1, 0], shape: [1, 1, 2] })
  expect(() => nearestDistances({ sites: mask, queries: mask, shape: [1, 2, 1] })).toThrow(
    new RangeError('nearestDistances: expected packed masks of shape [1, 2, 1], got [1, 1, 2]'),
  )
})

test('without foreground every distance is Infinity; NaN is background', () => {
  const data = Float32Array.of(NaN, 0, NaN)
  expect([...distanceTransform({ data, shape: [1, 3, 1] })]).toEqual([Infinity, Infinity, Infinity])
  const one = Float32Array.of(NaN, 0, -2)
  expect([...distanceTransform({ data: one, shape: [1, 3, 1] })]).toEqual([2, 1, 0])
})

test('bad arguments are named', () => {
  const mask = { data: new Uint8Array(4), shape: [1, 2, 2] } as const
  expect(() => distanceTransform(mask, { spacing: [1, 1, 0] })).toThrow(
    new RangeError('distanceTransform: expected spacing of three positive finite numbers, got [1, 1, 0]'),
  )
  expect(() => distanceTransform({ ...mask, shape: [2, 2, 2] })).toThrow(
    new RangeError('distanceTransform: expected 8 voxels for shape [2, 2, 2], got 4'),
  )
})

function bruteForce(data: Uint8Array, [, height, width]: Shape3, spacing: Spacing): number[] {
  const place = (i: number) => [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width]
  const sites = [...data.keys()].filter((i) => data[i] !== 0).map(place)
  return [...data.keys()].map((i) => {
    const to = place(i)
    return Math.min(Infinity, ...sites.map((from) => Math.hypot(...from.map((p, a) => (p - to[a]) * spacing[a]))))
  })
}
