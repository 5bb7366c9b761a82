import { memory, mul, scalar, square, sum, tensor, type Scalar } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'

import { disposeAll, startEngine, toArrays, toTensors, valueAndGradients } from './index.ts'

describe('named tensors', () => {
  beforeAll(async () => void (await startEngine({ backend: 'cpu' })))

  it('go to tensors and back unchanged', async () => {
    const arrays = { a: { shape: [2, 1], data: Float32Array.of(1, 2) }, b: { shape: [], data: Float32Array.of(3) } }
    const tensors = toTensors(arrays)
    expect(tensors['a'].shape).toEqual([2, 1])
    expect(await toArrays(tensors)).toEqual(arrays)
    const alive = memory().numTensors
    disposeAll(tensors)
    expect(memory().numTensors).toBe(alive - 2)
  })

  it('name the array whose length is wrong', () => {
    expect(() => toTensors({ a: { shape: [3], data: Float32Array.of(1) } })).toThrow(
      'toTensors: expected 3 values for a of shape [3], got 1',
    )
  })

  it('get their gradients by name, zeros where they are not used', () => {
    const { value, gradients } = valueAndGradients(({ used }) => sum(square(used)) as Scalar, {
      unused: tensor([[1, 2]]),
      used: tensor([3, 4]),
    })
    expect(value.dataSync()[0]).toBe(25)
    expect([...gradients['used'].dataSync()]).toEqual([6, 8])
    expect(gradients['unused'].shape).toEqual([1, 2])
    expect([...gradients['unused'].dataSync()]).toEqual([0, 0])
  })

  it('refuse a function that does not return a scalar', () => {
    expect(() => valueAndGradients(({ a }) => mul(a, scalar(2)) as Scalar, { a: tensor([1, 2]) })).toThrow(
      'valueAndGradients: expected f to return a scalar, got shape [2]',
    )
  })
})
