import type { NamedArrays } from '@leanvox/engine'
import { createRng } from '@leanvox/random'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyMask, keptCount, magnitudeMask, maskCounts, randomMask } from './index.ts'
import { keepLargest } from './keep-largest.ts'

const arrays = (parts: Record<string, { shape: number[]; values: readonly number[] }>): NamedArrays =>
  Object.fromEntries(
    Object.entries(parts).map(([name, { shape, values }]) => [name, { shape, data: Float32Array.from(values) }]),
  )

const SMALL = arrays({
  'a.kernel': { shape: [2, 2], values: [0.1, -5, 3, 0] },
  'a.bias': { shape: [2], values: [9, 9] },
  'b.kernel': { shape: [2, 3], values: [-0.2, 2, -2, 0.3, 4, 0.01] },
})

const layers = fc.array(fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 40 }), {
  minLength: 1,
  maxLength: 4,
})
const weightsOf = (values: readonly (readonly number[])[]) =>
  arrays(Object.fromEntries(values.map((one, i) => [`k${i}`, { shape: [1, one.length], values: one }])))
const inside = fc.double({ min: 0.001, max: 0.999, noNaN: true })

describe('a magnitude mask', () => {
  test('takes the smallest weights of all layers together, by hand', () => {
    const masks = magnitudeMask(SMALL, { sparsity: 0.6 })
    // |w| of the ten kernel weights, largest first: 5, 4, 3, 2, 2 | 0.3, ...; four stay, of the two 2s the first.
    expect(masks).toEqual({ 'a.kernel': Uint8Array.of(0, 1, 1, 0), 'b.kernel': Uint8Array.of(0, 1, 0, 0, 1, 0) })
  })

  test('takes the smallest of each layer', () => {
    const masks = magnitudeMask(SMALL, { sparsity: 0.5, scope: 'layer' })
    expect(masks).toEqual({ 'a.kernel': Uint8Array.of(0, 1, 1, 0), 'b.kernel': Uint8Array.of(0, 1, 1, 0, 1, 0) })
  })

  test('leaves biases alone unless told otherwise', () => {
    expect(magnitudeMask(SMALL, { sparsity: 0.5 })).not.toHaveProperty('a.bias')
    const prunable = (name: string) => name === 'a.bias'
    expect(magnitudeMask(SMALL, { sparsity: 0.5, prunable })).toEqual({ 'a.bias': Uint8Array.of(1, 0) })
  })

  test('keeps exactly the stated number of weights, in all or in each layer', () => {
    fc.assert(
      fc.property(layers, inside, (values, sparsity) => {
        const weights = weightsOf(values)
        const total = values.reduce((sum, { length }) => sum + length, 0)
        expect(maskCounts(magnitudeMask(weights, { sparsity }))).toEqual({ kept: keptCount(total, sparsity), total })
        const perLayer = magnitudeMask(weights, { sparsity, scope: 'layer' })
        for (const [name, mask] of Object.entries(perLayer)) {
          expect(maskCounts({ [name]: mask }).kept).toBe(keptCount(mask.length, sparsity))
        }
      }),
    )
  })

  test('keeps no weight smaller than one it takes out', () => {
    fc.assert(
      fc.property(layers, inside, (values, sparsity) => {
        const weights = weightsOf(values)
        const masks = magnitudeMask(weights, { sparsity })
        const sizes = (kept: number) =>
          Object.entries(masks).flatMap(([name, mask]) =>
            [...weights[name].data].filter((_, i) => mask[i] === kept).map(Math.abs),
          )
        expect(Math.min(...sizes(1))).toBeGreaterThanOrEqual(Math.max(0, ...sizes(0)))
      }),
    )
  })

  test('of a greater sparsity keeps a subset', () => {
    fc.assert(
      fc.property(layers, inside, inside, (values, a, b) => {
        const weights = weightsOf(values)
        const dense = magnitudeMask(weights, { sparsity: Math.min(a, b) })
        const sparse = magnitudeMask(weights, { sparsity: Math.max(a, b) })
        for (const [name, mask] of Object.entries(sparse)) {
          mask.forEach((kept, i) => expect(kept).toBeLessThanOrEqual(dense[name][i]))
        }
      }),
    )
  })

  test.each([
    [0, 'got 0 (nothing would be pruned)'],
    [1, 'got 1 (no weight would be left)'],
    [-0.1, 'got -0.1'],
    [NaN, 'got NaN'],
  ])('refuses a sparsity of %s', (sparsity, found) => {
    const message = `magnitudeMask: expected a sparsity between 0 and 1, both excluded, ${found}`
    expect(() => magnitudeMask(SMALL, { sparsity })).toThrow(new RangeError(message))
  })

  test('refuses weights without a kernel, NaN and an unknown scope', () => {
    const bias = arrays({ bias: { shape: [2], values: [1, 2] } })
    expect(() => magnitudeMask(bias, { sparsity: 0.5 })).toThrow('expected a prunable weight, got none among 1')
    const broken = arrays({ k: { shape: [1, 2], values: [1, NaN] } })
    expect(() => magnitudeMask(broken, { sparsity: 0.5 })).toThrow('magnitudeMask: expected numbers in k, got NaN at 1')
    expect(() => magnitudeMask(SMALL, { sparsity: 0.5, scope: 'all' as 'layer' })).toThrow('global or layer, got all')
  })
})

describe('a random mask', () => {
  test('keeps as many weights as the magnitude mask, the same ones for the same seed', () => {
    fc.assert(
      fc.property(layers, inside, fc.integer(), (values, sparsity, seed) => {
        const weights = weightsOf(values)
        const draw = () => randomMask(weights, { sparsity, rng: createRng(seed) })
        expect(draw()).toEqual(draw())
        expect(maskCounts(draw())).toEqual(maskCounts(magnitudeMask(weights, { sparsity })))
      }),
    )
  })

  test('does not look at the weights', () => {
    const shapes = [1, 100].map((factor) => weightsOf([Array.from({ length: 50 }, (_, i) => factor * i)]))
    const [a, b] = shapes.map((weights) => randomMask(weights, { sparsity: 0.5, rng: createRng(3) }))
    expect(a).toEqual(b)
    expect(a).not.toEqual(magnitudeMask(shapes[0], { sparsity: 0.5 }))
  })
})

test('keptCount rounds halves up and never comes to nothing', () => {
  expect([0.1, 0.25, 0.5, 0.75, 0.99].map((sparsity) => keptCount(10, sparsity))).toEqual([9, 8, 5, 3, 1])
})

describe('keepLargest', () => {
  test('breaks ties by index', () => {
    expect([...keepLargest(Float32Array.of(2, 1, 2, 2), 2)]).toEqual([1, 0, 1, 0])
  })

  test('keeps all or nothing where asked', () => {
    expect([...keepLargest(Float32Array.of(3, 1), 5)]).toEqual([1, 1])
    expect([...keepLargest(Float32Array.of(3, 1), 0)]).toEqual([0, 0])
  })
})

describe('applyMask', () => {
  test('zeroes what the mask takes out and shares the rest', () => {
    const masked = applyMask(SMALL, { 'a.kernel': Uint8Array.of(0, 1, 1, 0) })
    expect([...masked['a.kernel'].data]).toEqual([0, -5, 3, 0])
    expect(masked['b.kernel']).toBe(SMALL['b.kernel'])
    expect([...SMALL['a.kernel'].data]).toEqual([Math.fround(0.1), -5, 3, 0])
  })

  test('refuses a mask that fits no weight', () => {
    expect(() => applyMask(SMALL, { nose: Uint8Array.of(1) })).toThrow(
      new RangeError('applyMask: expected a weight nose of 1 values, got no such weight'),
    )
    expect(() => applyMask(SMALL, { 'a.bias': Uint8Array.of(1) })).toThrow('a.bias of 1 values, got 2 values')
  })
})
