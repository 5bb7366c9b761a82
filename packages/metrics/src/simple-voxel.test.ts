import fc from 'fast-check'
import { expect, test } from 'vitest'
import { skeleton } from './index.ts'
import { AROUND, isSimple } from './simple-voxel.ts'

/** Parts of the steps by pairs that are joined, joined step by step. */
function partsOf(steps: readonly number[], joined: (a: number, b: number) => boolean): number[][] {
  let parts = steps.map((step) => [step])
  for (const a of steps) {
    const own = parts.filter((part) => part.some((b) => a === b || joined(a, b)))
    parts = [...parts.filter((part) => !own.includes(part)), own.flat()]
  }
  return parts
}

const gaps = (a: number, b: number) => AROUND[a].map((by, axis) => Math.abs(by - AROUND[b][axis]))
const reach = (k: number) => AROUND[k].reduce((sum, by) => sum + Math.abs(by), 0)

function isSimpleByDefinition(block: number): boolean {
  const all = [...AROUND.keys()]
  const inside = all.filter((k) => (block >> k) & 1)
  const outside = all.filter((k) => !((block >> k) & 1) && reach(k) < 3)
  const foreground = partsOf(inside, (a, b) => Math.max(...gaps(a, b)) === 1)
  const background = partsOf(outside, (a, b) => gaps(a, b).reduce((sum, gap) => sum + gap, 0) === 1)
  return foreground.length === 1 && background.filter((part) => part.some((k) => reach(k) === 1)).length === 1
}

test('there are 26 steps, each with its opposite', () => {
  expect(AROUND.length).toBe(26)
  AROUND.forEach((step, k) => expect(AROUND[25 - k].map((by) => 0 - by)).toEqual(step.map((by) => 0 + by)))
})

test('a voxel is simple exactly where the definition says so', () => {
  const dense = fc.integer({ min: 0, max: 2 ** 26 - 1 })
  const sparse = fc.tuple(dense, dense).map(([a, b]) => a & b)
  const full = fc.tuple(dense, dense).map(([a, b]) => a | b)
  fc.assert(
    fc.property(fc.oneof(dense, sparse, full), (block) => {
      expect(isSimple(block)).toBe(isSimpleByDefinition(block))
    }),
    { numRuns: 2000 },
  )
  expect([0, 1, 2 ** 26 - 1].map(isSimple)).toEqual([0, 1, 2 ** 26 - 1].map(isSimpleByDefinition))
})

test('a skeleton does not depend on where in the volume the mask lies', () => {
  const shape = [3, 4, 5] as const
  const wide = [6, 9, 7] as const
  const bits = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 60, maxLength: 60 })
  const start = fc.tuple(fc.nat(3), fc.nat(5), fc.nat(2))
  fc.assert(
    fc.property(bits, start, ([...values], [z, y, x]) => {
      const paste = (mask: ArrayLike<number>) => {
        const pasted = new Uint8Array(6 * 9 * 7)
        for (let i = 0; i < 60; i++) {
          pasted[((z + Math.floor(i / 20)) * 9 + y + (Math.floor(i / 5) % 4)) * 7 + x + (i % 5)] = mask[i]
        }
        return pasted
      }
      const spacing = [2, 1, 0.5] as const
      expect(skeleton(paste(values), { shape: wide, spacing })).toEqual(paste(skeleton(values, { shape, spacing })))
    }),
  )
})
