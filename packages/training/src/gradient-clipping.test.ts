import { disposeAll, startEngine } from '@leanvox/engine'
import { memory, tensor } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { clipByGlobalNorm } from './gradient-clipping.ts'

beforeAll(async () => {
  await startEngine({ backend: 'cpu' })
})

/** Clips gradients given as plain numbers; checks on the way that only the results stay in memory. */
function clip(values: Readonly<Record<string, number[]>>, maxNorm: number) {
  const gradients = Object.fromEntries(Object.entries(values).map(([name, data]) => [name, tensor(data)]))
  const before = memory().numTensors
  const clipped = clipByGlobalNorm(gradients, maxNorm)
  expect(memory().numTensors).toBe(before + Object.keys(values).length + 1)
  const norm = clipped.norm.dataSync()[0]
  const entries = Object.entries(clipped.gradients).map(([name, value]) => [name, [...value.dataSync()]] as const)
  for (const owned of [gradients, clipped.gradients, { norm: clipped.norm }]) disposeAll(owned)
  return { norm, gradients: Object.fromEntries(entries) }
}

test('scales all gradients together to the largest norm', () => {
  const { norm, gradients } = clip({ a: [3, 0], b: [4] }, 1)
  expect(norm).toBe(5)
  expect(gradients.a[0]).toBeCloseTo(0.6, 5)
  expect(gradients.b[0]).toBeCloseTo(0.8, 5)
})

test('leaves smaller gradients as they are', () => {
  expect(clip({ a: [3, 0], b: [4] }, 5.1)).toEqual({ norm: 5, gradients: { a: [3, 0], b: [4] } })
  expect(clip({ a: [0] }, 1)).toEqual({ norm: 0, gradients: { a: [0] } })
})

test('never leaves a norm above the largest', () => {
  const values = fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(values, values, (a, b) => {
      const { gradients } = clip({ a, b }, 2)
      expect(Math.hypot(...gradients.a, ...gradients.b)).toBeLessThanOrEqual(2.00001)
    }),
    { numRuns: 50 },
  )
})

test('a NaN reaches the norm and every gradient, so a check of the norm is enough', () => {
  expect(clip({ a: [Number.NaN, 1], b: [1] }, 1)).toEqual({ norm: NaN, gradients: { a: [NaN, NaN], b: [NaN] } })
})

test('an infinite gradient gives an infinite norm', () => {
  const { norm, gradients } = clip({ a: [Infinity, 1], b: [1] }, 1)
  expect(norm).toBe(Infinity)
  expect(gradients).toEqual({ a: [NaN, 0], b: [0] })
})

test('refuses a norm that is not positive and an empty record', () => {
  expect(() => clip({ a: [1] }, 0)).toThrow('clipByGlobalNorm: expected a positive maxNorm, got 0')
  expect(() => clip({}, 1)).toThrow('clipByGlobalNorm: expected at least one gradient, got 0')
})
