import fc from 'fast-check'
import { expect, test } from 'vitest'
import { surfaceAreas, contourLengths, surfaceDistances, type Grid } from './index.ts'
import { jointBox } from './joint-box.ts'

type Point = readonly [z: number, y: number, x: number]

/** Shapes with long rows, thin axes and images; masks of runs, dense or sparse, that touch the borders. */
const grids = fc.record({
  shape: fc.oneof(
    fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 9 })),
    fc.tuple(fc.constantFrom(1, 2), fc.constantFrom(1, 3), fc.constantFrom(30, 31, 32, 33, 62, 70)),
  ),
  spacing: fc.tuple(fc.constantFrom(0.7, 1, 5), fc.constantFrom(0.7, 1, 3), fc.constantFrom(0.7, 1, 2)),
})
const runs = fc.array(fc.tuple(fc.nat(999), fc.nat(40)), { maxLength: 4 })

function maskOf(list: readonly (readonly [number, number])[], { shape }: Grid): Uint8Array {
  const mask = new Uint8Array(shape[0] * shape[1] * shape[2])
  for (const [at, length] of list) mask.fill(255, at % mask.length, (at % mask.length) + length)
  return mask
}

function points([depth, height, width]: Grid['shape']): Point[] {
  return Array.from({ length: depth * height * width }, (_, i) => [
    Math.floor(i / (height * width)),
    Math.floor(i / width) % height,
    i % width,
  ])
}

function reader(mask: Uint8Array, [depth, height, width]: Grid['shape']) {
  return (z: number, y: number, x: number): number =>
    z < 0 || y < 0 || x < 0 || z >= depth || y >= height || x >= width
      ? 0
      : Math.min(1, mask[(z * height + y) * width + x])
}

function voxels(mask: Uint8Array, { shape }: Grid): Point[] {
  const at = reader(mask, shape)
  const flat = [0, 1, 2].filter((axis) => shape[axis] === 1)
  const across = flat.length === 1 ? flat[0] : -1
  return points(shape).filter(([z, y, x]) => {
    const around = [0, 1, 2]
      .filter((axis) => axis !== across)
      .flatMap((axis) =>
        [-1, 1].map((step) =>
          at(z + (axis === 0 ? step : 0), y + (axis === 1 ? step : 0), x + (axis === 2 ? step : 0)),
        ),
      )
    return at(z, y, x) === 1 && around.includes(0)
  })
}

/** Point p lies before voxel p along each axis. */
function elements(mask: Uint8Array, { shape, spacing }: Grid): { points: Point[]; areas: number[] } {
  const at = reader(mask, shape)
  const flat = [0, 1, 2].filter((axis) => shape[axis] === 1)
  const axes = flat.length === 1 ? [0, 1, 2].filter((axis) => axis !== flat[0]) : [0, 1, 2]
  const measures = axes.length === 3 ? surfaceAreas(spacing) : contourLengths([spacing[axes[0]], spacing[axes[1]]])
  const wide = (axis: number) => shape[axis] + (axes.includes(axis) ? 1 : 0)
  const found = points([wide(0), wide(1), wide(2)]).map((point) => {
    const code = Array.from({ length: 1 << axes.length }, (_, corner) => {
      const place = [point[0], point[1], point[2]]
      axes.forEach((axis, i) => (place[axis] += ((corner >> (axes.length - 1 - i)) & 1) - 1))
      return at(place[0], place[1], place[2]) << corner
    }).reduce((sum, bit) => sum | bit, 0)
    return { point, code }
  })
  const kept = found.filter(({ code }) => code !== 0 && code !== measures.length - 1)
  return { points: kept.map(({ point }) => point), areas: kept.map(({ code }) => measures[code]) }
}

function distances(from: readonly Point[], to: readonly Point[], { spacing }: Grid): number[] {
  return from.map((p) => Math.min(Infinity, ...to.map((q) => Math.hypot(...p.map((v, a) => (v - q[a]) * spacing[a])))))
}

function expectClose(ours: Float64Array | undefined, expected: readonly number[]): void {
  expect(ours?.length).toBe(expected.length)
  ours?.forEach((value, i) => expect(value === expected[i] || Math.abs(value - expected[i]) < 1e-9).toBe(true))
}

test('distances between surface voxels equal those by definition', () => {
  fc.assert(
    fc.property(grids, runs, runs, (grid, first, second) => {
      const pair = { prediction: maskOf(first, grid), reference: maskOf(second, grid) }
      const ours = surfaceDistances(pair, grid)
      const [p, r] = [voxels(pair.prediction, grid), voxels(pair.reference, grid)]
      expectClose(ours.predictionToReference, distances(p, r, grid))
      expectClose(ours.referenceToPrediction, distances(r, p, grid))
    }),
  )
})

test('distances between surface elements, and their areas, equal those by definition', () => {
  fc.assert(
    fc.property(grids, runs, runs, (grid, first, second) => {
      const pair = { prediction: maskOf(first, grid), reference: maskOf(second, grid) }
      const ours = surfaceDistances(pair, { ...grid, boundary: 'surface-element' })
      const [p, r] = [elements(pair.prediction, grid), elements(pair.reference, grid)]
      expectClose(ours.predictionToReference, distances(p.points, r.points, grid))
      expectClose(ours.referenceToPrediction, distances(r.points, p.points, grid))
      expectClose(ours.areas?.prediction, p.areas)
      expectClose(ours.areas?.reference, r.areas)
    }),
  )
})

test('the joint box is that of all foreground voxels, whatever the alignment', () => {
  const shapes = fc.tuple(
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 130 }),
  )
  fc.assert(
    fc.property(
      shapes,
      fc.tuple(fc.array(fc.nat(99999), { maxLength: 6 }), fc.array(fc.nat(99999), { maxLength: 2 })),
      fc.nat(7),
      (shape, [a, b], skip) => {
        const count = shape[0] * shape[1] * shape[2]
        const maskAt = (seeds: readonly number[]) => {
          const mask = new Uint8Array(new ArrayBuffer(count + skip), skip)
          for (const seed of seeds) mask[seed % count] = 128
          return mask
        }
        const pair = { prediction: maskAt(a), reference: maskAt(b) }
        const set = points(shape).filter((_, i) => pair.prediction[i] > 0 || pair.reference[i] > 0)
        const start = [0, 1, 2].map((axis) => Math.min(...set.map((p) => p[axis])))
        const size = [0, 1, 2].map((axis) => Math.max(...set.map((p) => p[axis])) - start[axis] + 1)
        expect(jointBox(pair, shape)).toEqual(set.length === 0 ? undefined : { start, size })
      },
    ),
  )
})
