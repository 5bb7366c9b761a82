import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import fc from 'fast-check'
import { connectedComponents, createVolume, largestComponent, type Connectivity, type Shape3 } from './index.ts'

interface Fixture {
  shape: Shape3
  cases: { connectivity: Connectivity; mask: number[]; labels: number[]; count: number }[]
}
const fixture = JSON.parse(readFileSync(new URL('../fixtures/components.json', import.meta.url), 'utf8')) as Fixture

test('voxels that share a corner, an edge or a face are one component from 26, 18 or 6 on', () => {
  const pair = (places: readonly number[]) => ({
    data: Uint8Array.from({ length: 8 }, (_, i) => (places.includes(i) ? 1 : 0)),
    shape: [2, 2, 2] as const,
  })
  const counts = (places: readonly number[]) =>
    ([6, 18, 26] as const).map((connectivity) => connectedComponents(pair(places), { connectivity }).count)
  expect(counts([0, 7])).toEqual([2, 2, 1]) // corner
  expect(counts([0, 6])).toEqual([2, 1, 1]) // edge
  expect(counts([0, 4])).toEqual([1, 1, 1]) // face
})

test('components are numbered by their first voxel, also when two branches meet late', () => {
  // A U: both arms get labels of their own before the bottom joins them; a dot comes last.
  const data = Uint8Array.of(1, 0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 1, 1, 0, 1)
  const { labels, count, sizes } = connectedComponents({ data, shape: [1, 3, 5] }, { connectivity: 6 })
  expect([...labels]).toEqual([1, 0, 1, 0, 2, 1, 0, 1, 0, 0, 1, 1, 1, 0, 3])
  expect(count).toBe(3)
  expect(sizes).toEqual([7, 1, 1])
})

test.each(fixture.cases)('agrees with scipy at connectivity $connectivity with $count components', (expected) => {
  const { connectivity, mask, labels, count } = expected
  const ours = connectedComponents({ data: Uint8Array.from(mask), shape: fixture.shape }, { connectivity })
  expect(ours.count).toBe(count)
  expect([...ours.labels]).toEqual(labels)
})

test('sizes add up to the foreground and mirror images have the same sizes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
      fc.constantFrom<Connectivity>(6, 18, 26),
      (bits, connectivity) => {
        const data = Uint8Array.from(bits, Number)
        const { sizes } = connectedComponents({ data, shape: [3, 4, 5] }, { connectivity })
        const mirrored = connectedComponents({ data: data.toReversed(), shape: [3, 4, 5] }, { connectivity })
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(bits.filter(Boolean).length)
        expect(mirrored.sizes.toSorted()).toEqual(sizes.toSorted())
      },
    ),
  )
})

test('no foreground gives no components; NaN is background, other non-zero values are foreground', () => {
  expect(connectedComponents({ data: new Uint8Array(8), shape: [2, 2, 2] })).toEqual({
    labels: new Int32Array(8),
    count: 0,
    sizes: [],
  })
  const odd = { data: Float32Array.of(NaN, -1, 0, 0.5, Infinity), shape: [1, 1, 5] } as const
  expect([...connectedComponents(odd).labels]).toEqual([0, 1, 0, 2, 2])
})

test('the largest component is kept, the first of equals', () => {
  const volume = (...values: number[]) => createVolume({ data: Uint8Array.from(values), shape: [1, 1, values.length] })
  expect([...largestComponent(volume(3, 0, 2, 2, 0, 1)).data]).toEqual([0, 0, 1, 1, 0, 0])
  expect([...largestComponent(volume(0, 5, 0, 5)).data]).toEqual([0, 1, 0, 0])
  expect([...largestComponent(volume(0, 0)).data]).toEqual([0, 0])
})

test('an unknown connectivity is named', () => {
  const mask = { data: new Uint8Array(1), shape: [1, 1, 1] } as const
  const connectivity = 8 as Connectivity
  expect(() => connectedComponents(mask, { connectivity })).toThrow(
    new RangeError('connectedComponents: expected connectivity 6, 18 or 26, got 8'),
  )
})
