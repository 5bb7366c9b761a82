import { connectedComponents } from '@leanvox/volume'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import fixture from '../fixtures/masks.json' with { type: 'json' }
import { clDice, skeleton } from './index.ts'

function unpack(hex: string, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => (parseInt(hex[i >> 2], 16) >> (3 - (i & 3))) & 1)
}

const voxelsOf = (mask: Uint8Array) => mask.reduce((sum, value) => sum + value, 0)
const picture = (rows: string[]) => Uint8Array.from(rows.join(''), (sign) => (sign === '#' ? 1 : 0))
const draw = (mask: Uint8Array, width: number) =>
  Array.from({ length: mask.length / width }, (_, row) =>
    Array.from(mask.subarray(row * width, (row + 1) * width), (value) => (value ? '#' : '.')).join(''),
  )

/**
 * Euler number of a mask with 26-connected foreground: in the complex of the background's complement it is minus that
 * of the closed cubes' dual, here by counting, over all 2 × 2 × 2 blocks, an eighth of the cells that the block holds.
 */
function eulerNumber(mask: Uint8Array, [depth, height, width]: readonly [number, number, number]): number {
  const at = (z: number, y: number, x: number) =>
    z >= 0 && z < depth && y >= 0 && y < height && x >= 0 && x < width ? mask[(z * height + y) * width + x] : 0
  // Union of closed unit cubes: vertices - edges + faces - cubes, each cell present if any cube around it is.
  const cells = (dz: number, dy: number, dx: number) => {
    let count = 0
    for (let z = 0; z < depth + dz; z++)
      for (let y = 0; y < height + dy; y++)
        for (let x = 0; x < width + dx; x++) {
          let any = 0
          for (let a = 0; a <= dz; a++)
            for (let b = 0; b <= dy; b++) for (let c = 0; c <= dx; c++) any |= at(z - a, y - b, x - c)
          count += any
        }
    return count
  }
  const edges = cells(1, 1, 0) + cells(1, 0, 1) + cells(0, 1, 1)
  const faces = cells(1, 0, 0) + cells(0, 1, 0) + cells(0, 0, 1)
  return cells(1, 1, 1) - edges + faces - cells(0, 0, 0)
}

describe('skeleton', () => {
  test('of a bar is its middle line', () => {
    const bar = picture(['.........', '.#######.', '.#######.', '.#######.', '.........'])
    const lines = skeleton(bar, { shape: [1, 5, 9], spacing: [1, 1, 1] })
    expect(draw(lines, 9)[2]).toMatch(/^\.+#{4,7}\.+$/)
    expect(connectedComponents({ data: lines, shape: [1, 5, 9] }).count).toBe(1)
    expect(voxelsOf(lines)).toBeLessThan(12)
  })

  test('leaves a thin line, a ring and a single voxel alone', () => {
    const drawing = ['.......', '.####..', '.......', '..###..', '..#.#..', '..###..', '......#']
    const mask = picture(drawing)
    const lines = skeleton(mask, { shape: [1, 7, 7], spacing: [1, 1, 1] })
    expect(draw(lines, 7)[1]).toBe('.####..')
    expect(draw(lines, 7)[6]).toBe('......#')
    expect(draw(lines, 7)[4]).toBe('..#.#..')
  })

  test('of an empty mask is empty', () => {
    expect(skeleton(new Uint8Array(8), { shape: [2, 2, 2], spacing: [1, 1, 1] })).toEqual(new Uint8Array(8))
  })

  test('of a ball is one voxel or few, of a hollow ball a closed shell', () => {
    const ball = (inner: number) =>
      Uint8Array.from({ length: 11 ** 3 }, (_, i) => {
        const r = Math.hypot((i % 11) - 5, (Math.floor(i / 11) % 11) - 5, Math.floor(i / 121) - 5)
        return r <= 4.3 && r >= inner ? 1 : 0
      })
    const grid = { shape: [11, 11, 11], spacing: [1, 1, 1] } as const
    expect(voxelsOf(skeleton(ball(0), grid))).toBeLessThan(12)
    const shell = skeleton(ball(2), grid)
    expect(eulerNumber(shell, grid.shape)).toBe(2)
    expect(voxelsOf(shell)).toBeGreaterThan(30)
  })

  test('keeps components and the Euler number, lies in the mask and is its own skeleton', () => {
    const bits = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 60, maxLength: 60 })
    fc.assert(
      fc.property(bits, fc.constantFrom([1, 6, 10] as const, [3, 4, 5] as const), (values, shape) => {
        const mask = Uint8Array.from(values)
        const grid = { shape, spacing: [1, 1, 1] } as const
        const lines = skeleton(mask, grid)
        expect(connectedComponents({ data: lines, shape }).count).toBe(connectedComponents({ data: mask, shape }).count)
        expect(eulerNumber(lines, shape)).toBe(eulerNumber(mask, shape))
        expect(lines.every((value, i) => value <= mask[i])).toBe(true)
        expect(skeleton(lines, grid)).toEqual(lines)
      }),
      { numRuns: 60 },
    )
  })

  test.each(fixture.skeletons)('has the topology that scikit-image finds: shape $shape', (expected) => {
    const [depth, height, width] = expected.shape
    const shape = [depth, height, width] as const
    const mask = unpack(expected.prediction, depth * height * width)
    const lines = skeleton(mask, { shape, spacing: [1, 1, 1] })
    expect(connectedComponents({ data: lines, shape }).count).toBe(expected.components)
    expect(eulerNumber(mask, shape)).toBe(expected.eulerNumber)
    expect(eulerNumber(lines, shape)).toBe(expected.eulerNumber)
    expect(Math.abs(voxelsOf(lines) / expected.skeletonVoxels - 1)).toBeLessThan(0.3)
  })
})

describe('clDice', () => {
  test.each(fixture.skeletons)('is within 0.05 of the value with scikit-image skeletons: shape $shape', (expected) => {
    const [depth, height, width] = expected.shape
    const count = depth * height * width
    const pair = { prediction: unpack(expected.prediction, count), reference: unpack(expected.reference, count) }
    const value = clDice(pair, { shape: [depth, height, width], spacing: [1, 1, 1] })
    expect(Math.abs(value - expected.clDice)).toBeLessThan(0.05)
  })

  test('forgives width: a thin line inside a thick one is a full match, a broken one is not', () => {
    const thick = picture(['.........', '#########', '#########', '#########', '.........'])
    const thin = picture(['.........', '.........', '#########', '.........', '.........'])
    const broken = picture(['.........', '.........', '####.....', '.........', '.........'])
    const grid = { shape: [1, 5, 9], spacing: [1, 1, 1] } as const
    expect(clDice({ prediction: thin, reference: thick }, grid)).toBe(1)
    const value = clDice({ prediction: broken, reference: thick }, grid)
    expect(value).toBeGreaterThan(0.4)
    expect(value).toBeLessThan(0.75)
  })

  test('is NaN if both masks are empty, 0 if one is or they lie apart, 1 for itself, and symmetric', () => {
    const grid = { shape: [1, 2, 3], spacing: [1, 1, 1] } as const
    const left = [1, 0, 0, 1, 0, 0]
    const right = [0, 0, 1, 0, 0, 1]
    const none = [0, 0, 0, 0, 0, 0]
    const score = (prediction: number[], reference: number[]) => clDice({ prediction, reference }, grid)
    expect([score(none, none), score(left, none), score(none, left), score(left, right)]).toEqual([NaN, 0, 0, 0])
    expect(score(left, left)).toBe(1)
    const bits = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 6, maxLength: 6 })
    fc.assert(fc.property(bits, bits, (a, b) => void expect(score(a, b)).toBe(score(b, a))))
  })
})
