import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import fc from 'fast-check'
import { createVolume, resample, toRasPlus, worldPosition, type Shape3, type Spacing } from './index.ts'

interface Sampled {
  shape: Shape3
  affine: number[]
  linear: number[]
  nearest: number[]
}
interface Fixture {
  shape: Shape3
  affine: number[]
  image: number[]
  labels: number[]
  spacings: (Sampled & { spacing: Spacing })[]
  grids: Sampled[]
}
const fixture = JSON.parse(readFileSync(new URL('../fixtures/resample.json', import.meta.url), 'utf8')) as Fixture
const { shape, affine } = fixture
const image = createVolume({ data: Float32Array.from(fixture.image), shape, affine })
const labels = createVolume({ data: Uint8Array.from(fixture.labels), shape, affine })

const close = (actual: ArrayLike<number>, expected: readonly number[], digits: number) => {
  expect(actual.length).toBe(expected.length)
  expected.forEach((value, i) => expect(actual[i]).toBeCloseTo(value, digits))
}
const line = (...values: number[]) => createVolume({ data: Float32Array.from(values), shape: [1, 1, values.length] })

test('halving the spacing puts samples at quarter positions and clamps the ends', () => {
  const finer = resample(line(0, 4, 8), { spacing: [1, 1, 0.5] })
  expect([...finer.data]).toEqual([0, 1, 3, 5, 7, 8])
  expect(finer.spacing).toEqual([1, 1, 0.5])
  expect(finer.affine[3]).toBe(-0.25) // the edge of the first voxel stays at -1/2
})

test('doubling the spacing averages pairs, and nearest takes the second of each', () => {
  expect([...resample(line(1, 3, 10, 20), { spacing: [1, 1, 2] }).data]).toEqual([2, 15])
  const nearest = resample(line(1, 3, 10, 20), { spacing: [1, 1, 2], interpolation: 'nearest' })
  expect([...nearest.data]).toEqual([3, 20])
})

test('the extent is rounded to whole voxels, at least one', () => {
  expect(resample(line(1, 2, 3, 4, 5), { spacing: [1, 1, 2] }).shape).toEqual([1, 1, 3]) // 2.5 rounds up
  expect(resample(line(1, 2, 3, 4, 5), { spacing: [9, 9, 90] }).shape).toEqual([1, 1, 1])
})

test.each(fixture.spacings)('spacing $spacing agrees with scipy', (expected) => {
  const linear = resample(image, { spacing: expected.spacing })
  expect(linear.shape).toEqual(expected.shape)
  close(linear.affine, expected.affine, 7)
  close(linear.data, expected.linear, 4)
  const nearest = resample(labels, { spacing: expected.spacing, interpolation: 'nearest' })
  expect([...nearest.data]).toEqual(expected.nearest)
  expect(nearest.data).toBeInstanceOf(Uint8Array)
})

test.each(fixture.grids)('an oblique grid of shape $shape agrees with scipy', (expected) => {
  const grid = { shape: expected.shape, affine: expected.affine }
  close(resample(image, grid).data, expected.linear, 4)
  expect([...resample(labels, { ...grid, interpolation: 'nearest' }).data]).toEqual(expected.nearest)
})

const extent = fc.integer({ min: 1, max: 6 })
const step = fc.double({ min: 0.3, max: 4, noNaN: true })
const shapes = fc.tuple(extent, extent, extent)
const spacings = fc.tuple(step, step, step)
const randomVolume = (size: Shape3, spacing: Spacing) =>
  createVolume({
    data: Float32Array.from({ length: size[0] * size[1] * size[2] }, (_, i) => Math.sin(i * 12.9898) * 100),
    shape: size,
    spacing,
  })

test('resampling at the same spacing, or onto the same grid, is the identity', () => {
  fc.assert(
    fc.property(
      shapes,
      spacings,
      fc.constantFrom('linear', 'cubic', 'nearest', 'label'),
      (size, spacing, interpolation) => {
        const volume = randomVolume(size, spacing)
        expect(resample(volume, { spacing, interpolation })).toEqual(volume)
        expect(resample(volume, { shape: size, affine: volume.affine, interpolation })).toEqual(volume)
      },
    ),
  )
})

test('a linear ramp in world coordinates is preserved between the outermost voxel centres', () => {
  fc.assert(
    fc.property(shapes, spacings, spacings, (size, from, to) => {
      const ramp = ([x, y, z]: readonly number[]) => 2 * x - 3 * y + 0.5 * z + 7
      const volume = randomVolume(size, from)
      forEachVoxel(size, (place, i) => (volume.data[i] = ramp(worldPosition(volume.affine, place))))
      const out = resample(volume, { spacing: to })
      forEachVoxel(out.shape, (place, i) => {
        const position = place.map((p, axis) => ((p + 0.5) * to[axis]) / from[axis] - 0.5)
        const clamped = position.map((p, axis) => Math.min(Math.max(p, 0), size[axis] - 1))
        const expected = ramp(worldPosition(volume.affine, [clamped[0], clamped[1], clamped[2]]))
        expect(Math.abs(out.data[i] - expected)).toBeLessThan(1e-4)
      })
    }),
    { numRuns: 50 },
  )
})

test('values stay within the range of the input', () => {
  fc.assert(
    fc.property(shapes, spacings, spacings, (size, from, to) => {
      const volume = randomVolume(size, from)
      const out = resample(volume, { spacing: to }).data
      expect(Math.min(...out)).toBeGreaterThanOrEqual(Math.min(...volume.data))
      expect(Math.max(...out)).toBeLessThanOrEqual(Math.max(...volume.data))
    }),
  )
})

test('linear samples on scaled, shifted and flipped axes are those of the trilinear formula', () => {
  const extent = fc.integer({ min: 1, max: 5 })
  const axis = fc.record({
    from: extent,
    to: extent,
    step: fc.constantFrom(-1.7, -1, -0.3, 0.4, 1, 2.3),
    at: fc.nat(4),
  })
  const kinds = [Uint8Array, Int16Array, Float32Array, Float64Array]
  fc.assert(
    fc.property(fc.tuple(axis, axis, axis), fc.constantFrom(...kinds), fc.nat(99), ([z, y, x], Kind, seed) => {
      const from = [z.from, y.from, x.from] as const
      const count = from[0] * from[1] * from[2]
      const values = new Kind(Array.from({ length: count }, (_, i) => (i * 37 + seed) % 101))
      const grid = [x.step, 0, 0, x.at, 0, y.step, 0, y.at, 0, 0, z.step, z.at, 0, 0, 0, 1]
      const to = [z.to, y.to, x.to] as const
      const sampled = resample(createVolume({ data: values, shape: from }), { shape: to, affine: grid }).data
      const places = [z, y, x].map(({ step, at }, a) =>
        Array.from({ length: to[a] }, (_, o) => Math.min(Math.max(o * step + at, 0), from[a] - 1)),
      )
      const value = (...place: number[]): number => {
        const open = place.findIndex((p) => !Number.isInteger(p))
        if (open < 0) return values[(place[0] * from[1] + place[1]) * from[2] + place[2]]
        const low = Math.floor(place[open])
        const share = place[open] - low
        return (1 - share) * value(...place.with(open, low)) + share * value(...place.with(open, low + 1))
      }
      const expected = places[0].flatMap((pz) => places[1].flatMap((py) => places[2].map((px) => value(pz, py, px))))
      expected.forEach((wanted, i) => expect(Math.abs(sampled[i] - wanted)).toBeLessThan(1e-4))
    }),
  )
})

test('labels come back from the canonical grid to the original one', () => {
  const turned = [0, 0, -2, 9, 0.6, 0.8, 0, 1, 0.8, -0.6, 0, 2, 0, 0, 0, 1]
  const original = createVolume({
    data: Uint8Array.from({ length: 60 }, (_, i) => i),
    shape: [3, 4, 5],
    affine: turned,
  })
  const back = resample(toRasPlus(original), { shape: [3, 4, 5], affine: turned, interpolation: 'nearest' })
  expect(back).toEqual(original)
})

test('outside fills what lies beyond the extent of the input, on parallel and on permuted grids', () => {
  const volume = createVolume({ data: Uint8Array.of(5, 6), shape: [1, 1, 2] })
  const wider = [1, 0, 0, -2, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
  const settings = { interpolation: 'nearest', outside: 9 } as const
  expect([...resample(volume, { shape: [1, 1, 6], affine: wider, ...settings }).data]).toEqual([9, 9, 5, 6, 9, 9])
  expect([...resample(volume, { shape: [1, 1, 6], affine: wider, interpolation: 'nearest' }).data]).toEqual([
    5, 5, 5, 6, 6, 6,
  ])
  const upright = [0, 0, 1, -1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1] // z index runs along the input's x
  expect([...resample(volume, { shape: [4, 1, 1], affine: upright, ...settings }).data]).toEqual([9, 5, 6, 9])
  const half = [1, 0, 0, -0.5, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] // the border itself is inside
  expect([...resample(volume, { shape: [1, 1, 3], affine: half, ...settings }).data]).toEqual([5, 6, 6])
})

test('a non-finite voxel reaches only the samples that weigh it', () => {
  expect([...resample(line(1, NaN, 3), { spacing: [1, 1, 1] }).data]).toEqual([1, NaN, 3])
  expect([...resample(line(1, 2, Infinity), { spacing: [1, 1, 0.5] }).data]).toEqual([
    1,
    1.25,
    1.75,
    Infinity,
    Infinity,
    Infinity,
  ])
})

test('linear interpolation of integer data gives fractions', () => {
  const volume = createVolume({ data: Int16Array.of(-1000, -999), shape: [1, 1, 2] })
  expect([...resample(volume, { spacing: [1, 1, 2] }).data]).toEqual([-999.5])
})

test('a bad target is named', () => {
  const volume = line(1, 2)
  expect(() => resample(volume, { spacing: [1, 0, 1] })).toThrow(
    new RangeError('resample: expected spacing of three positive finite numbers, got [1, 0, 1]'),
  )
  expect(() => resample(volume, { shape: [1, 1, 0], affine: volume.affine })).toThrow(
    new RangeError('resample: expected shape of three whole numbers >= 1, got [1, 1, 0]'),
  )
  expect(() => resample(volume, { shape: [1, 1, 1], affine: [1] })).toThrow(
    new RangeError('resample: expected affine of 16 finite numbers, got [1]'),
  )
  expect(() => resample(volume, { spacing: [1, 1, 1], interpolation: 'quintic' as 'linear' })).toThrow(
    new RangeError("resample: expected interpolation 'linear', 'cubic', 'nearest', 'label', got 'quintic'"),
  )
})

function forEachVoxel([depth, height, width]: Shape3, visit: (place: Shape3, index: number) => void): void {
  let i = 0
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) visit([z, y, x], i++)
  }
}
