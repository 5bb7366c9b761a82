import { add, maxPool as stockMaxPool, memory, ones, tensor, tidy, type Tensor4D } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'

import { avgPool, maxPool, startEngine } from './index.ts'

const size = fc.integer({ min: 1, max: 7 })
const window = fc.integer({ min: 1, max: 3 })

describe.each(['cpu', 'wasm'] as const)('pooling on %s', (backend) => {
  beforeAll(async () => void (await startEngine({ backend })))

  it('takes maxima and means of windows worked out by hand, the last one smaller', () => {
    const x = tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1])
    expect([...maxPool(x, 2).dataSync()]).toEqual([5, 6, 8, 9])
    expect([...avgPool(x, 2).dataSync()]).toEqual([3, 4.5, 7.5, 9])
  })

  it('keeps values of all signs in three dimensions', () => {
    const x = tensor([-4, -3, -2, -1, -8, -7, -6, -5], [1, 2, 2, 2, 1])
    expect([...maxPool(x, 2).dataSync()]).toEqual([-1])
    expect([...avgPool(x, 2).dataSync()]).toEqual([-4.5])
    expect([...maxPool(x, [1, 2, 1]).dataSync()]).toEqual([-2, -1, -6, -5])
  })

  it('agrees with the stock kernel for random sizes, windows and channels', () => {
    fc.assert(
      fc.property(fc.tuple(size, size), fc.tuple(window, window), window, ([h, w], windows, channels) => {
        tidy(() => {
          const values = Float32Array.from({ length: 2 * h * w * channels }, (_, i) => Math.sin(i * 1.7))
          const x = tensor(values, [2, h, w, channels]) as Tensor4D
          const expected = stockMaxPool(x, windows, windows, 'same')
          const actual = maxPool(x, windows)
          expect(actual.shape).toEqual(expected.shape)
          expect([...actual.dataSync()]).toEqual([...expected.dataSync()])
        })
      }),
      { numRuns: 80 },
    )
  })

  it('leaves one tensor behind', () => {
    const x = add(ones([1, 4, 4, 4, 2]), 1)
    const before = memory().numTensors
    tidy(() => [maxPool(x, 2), avgPool(x, 2)])
    expect(memory().numTensors).toBe(before + 2)
  })

  it('names a window that does not fit', () => {
    expect(() => maxPool(ones([1, 2, 2, 1]), [2, 2, 2])).toThrow(
      'expected 2 positive integers or one of them, got [2,2,2]',
    )
    expect(() => avgPool(ones([1, 2, 2, 1]), 0)).toThrow('expected 2 positive integers or one of them, got [0,0]')
  })
})
