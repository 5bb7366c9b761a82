import { add, image, memory, mul, ones, tensor, tidy, type Tensor4D } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'

import { resizeLinear, resizeNearest, startEngine } from './index.ts'

const size = fc.integer({ min: 1, max: 9 })
const wavy = (count: number) => Float32Array.from({ length: count }, (_, index) => Math.sin(index * 1.7))

describe.each(['cpu', 'wasm'] as const)('resizing on %s', (backend) => {
  beforeAll(async () => void (await startEngine({ backend })))

  it('interpolates at half-pixel centres', () => {
    expect([...resizeLinear(tensor([0, 4], [1, 1, 2, 1]), [1, 4]).dataSync()]).toEqual([0, 1, 3, 4])
    expect([...resizeLinear(tensor([0, 2, 4, 10], [1, 1, 4, 1]), [1, 2]).dataSync()]).toEqual([1, 7])
    expect([...resizeLinear(tensor([5], [1, 1, 1, 1, 1]), [2, 1, 2]).dataSync()]).toEqual([5, 5, 5, 5])
  })

  it('keeps a constant, and a linear ramp away from the ends, in three dimensions', () => {
    tidy(() => {
      const constant = resizeLinear(mul(ones([1, 3, 4, 5, 2]), 7), [5, 3, 9]).dataSync()
      constant.forEach((value) => expect(value).toBeCloseTo(7, 5))
      const ramp = resizeLinear(tensor([0, 3, 6, 9], [1, 4, 1, 1, 1]), [12, 1, 1]).dataSync()
      for (let i = 1; i < 11; i++) expect(ramp[i]).toBeCloseTo(i - 1, 5)
    })
  })

  it('takes the nearest value, and nothing else, with resizeNearest', () => {
    expect([...resizeNearest(tensor([1, 2, 3], [1, 1, 3, 1]), [1, 6]).dataSync()]).toEqual([1, 1, 2, 2, 3, 3])
    expect([...resizeNearest(tensor([1, 2, 3, 4, 5], [1, 5, 1, 1]), [2, 1]).dataSync()]).toEqual([2, 4])
    expect([...resizeNearest(tensor([1, Infinity, 3], [1, 3, 1, 1]), [6, 1]).dataSync()]).toEqual([
      1,
      1,
      Infinity,
      Infinity,
      3,
      3,
    ])
  })

  it('leaves one tensor behind, and is the input itself where no size changes', () => {
    const x = add(ones([1, 2, 3, 4, 2]), 1)
    const before = memory().numTensors
    tidy(() => resizeLinear(x, [4, 6, 8]))
    expect(memory().numTensors).toBe(before + 1)
    expect(resizeNearest(x, [2, 3, 4])).toBe(x)
  })

  it('names a size that does not fit', () => {
    expect(() => resizeLinear(ones([1, 2, 2, 1]), [2])).toThrow(
      'resizeLinear: expected 2 positive integers as size, got [2]',
    )
    expect(() => resizeNearest(ones([1, 2, 2, 1]), [2, 0])).toThrow(
      'resizeNearest: expected 2 positive integers as size, got [2,0]',
    )
  })
})

describe('resizing on cpu', () => {
  beforeAll(async () => void (await startEngine({ backend: 'cpu' })))

  it('agrees with resizeBilinear of tfjs for random sizes', () => {
    fc.assert(
      fc.property(fc.tuple(size, size), fc.tuple(size, size), ([h, w], [toH, toW]) => {
        tidy(() => {
          const x = tensor(wavy(2 * h * w * 3), [2, h, w, 3]) as Tensor4D
          const actual = resizeLinear(x, [toH, toW]).dataSync()
          const expected = image.resizeBilinear(x, [toH, toW], false, true).dataSync()
          actual.forEach((value, index) => expect(value).toBeCloseTo(expected[index], 4))
        })
      }),
      { numRuns: 60 },
    )
  })
})
