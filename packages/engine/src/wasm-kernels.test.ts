import { concat, randomNormal, split, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'

import { conv, normActivation, startEngine } from './index.ts'

describe('kernels on wasm', () => {
  beforeAll(async () => void (await startEngine({ backend: 'wasm' })))

  it('give the same bits every time, whichever thread takes which job', () => {
    const [x, filter] = [
      randomNormal([2, 12, 13, 14, 8], 0, 1, 'float32', 1),
      randomNormal([3, 3, 3, 8, 16], 0, 1, 'float32', 2),
    ]
    const run = () => tidy(() => normActivation(conv(x, filter), {}, { kind: 'instance' }).dataSync())
    const first = run()
    for (let repeat = 0; repeat < 20; repeat++)
      expect(Buffer.compare(Buffer.from(first.buffer), Buffer.from(run().buffer))).toBe(0)
  })

  it('join and split the last axis as the stock kernels do, other axes and types too', () => {
    const values = (t: Tensor) => [...t.dataSync()]
    const [a, b] = [tensor([1, 2, 3, 4], [2, 2]), tensor([5, 6], [2, 1])]
    expect(values(concat([a, b, b], 1))).toEqual([1, 2, 5, 5, 3, 4, 6, 6])
    expect(values(concat([a, a], 0))).toEqual([1, 2, 3, 4, 1, 2, 3, 4])
    expect(values(concat([tensor([[1]], [1, 1], 'int32'), tensor([[2]], [1, 1], 'int32')], 1))).toEqual([1, 2])
    expect(values(concat([a, tensor([], [2, 0])], 1))).toEqual([1, 2, 3, 4])
    expect(split(tensor([1, 2, 3, 4, 5, 6], [2, 3]), [1, 2], 1).map(values)).toEqual([
      [1, 4],
      [2, 3, 5, 6],
    ])
    expect(split(tensor([1, 2, 3, 4], [2, 2]), 2, 1).map(values)).toEqual([
      [1, 3],
      [2, 4],
    ])
    expect(split(tensor([1, 2, 3, 4], [2, 2]), 2, 0).map(values)).toEqual([
      [1, 2],
      [3, 4],
    ])
  })
})
