/** Pooling over windows that do not overlap against its definition; bfloat16 inputs give bfloat16 results. */
import { beforeAll, expect, it } from 'vitest'

import { backend } from '@tensorflow/tfjs-core'

import type { OnednnBackend } from '../../backend.ts'
import { describeNative, draws, randomTensor, startOnednn, tensorOf, valuesOf } from '../../testing.ts'
import { isStoredAsHalf, runFused, take } from './run-fused.ts'

/** Indices of the inputs of each output window, channels last. */
function windows(shape: readonly number[], window: readonly number[]): number[][] {
  const spatial = shape.slice(1, -1)
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1))
  const places = spatial.reduce<number[][][]>(
    (lists, size, axis) => {
      const out = Math.ceil(size / window[axis])
      const before = Math.floor((out * window[axis] - size) / 2)
      return lists.flatMap((list) =>
        Array.from({ length: out }, (_, i) => {
          const [first, last] = [
            Math.max(0, i * window[axis] - before),
            Math.min(size, (i + 1) * window[axis] - before),
          ]
          return list.flatMap((offset) =>
            Array.from({ length: last - first }, (_item, k) => [offset[0] + (first + k) * strides[axis + 1]]),
          )
        }),
      )
    },
    Array.from({ length: shape[0] }, (_, n) => [[n * strides[0]]]),
  )
  const channels = shape[shape.length - 1]
  return places.flatMap((list) => Array.from({ length: channels }, (_, c) => list.map(([offset]) => offset + c)))
}

describeNative('largest value of windows', () => {
  beforeAll(() => startOnednn())

  const cases = Array.from({ length: 30 }, (_, seed) => {
    const random = draws(seed)
    const rank = random.integer(2, 3)
    const list = (high: number) => Array.from({ length: rank }, () => random.integer(1, high))
    return { shape: [random.integer(1, 2), ...list(7), random.pick([1, 3, 16, 20])], window: list(3), seed }
  })

  it.each(cases)('of $shape by $window agrees with its definition, gradient included', ({ shape, window, seed }) => {
    const x = randomTensor(shape, draws(seed + 500))
    const values = valuesOf(x)
    const groups = windows(shape, window)
    const [y] = take(runFused('LeanvoxMaxPool', { x }, { window }))
    expect(y).toEqual(groups.map((group) => Math.max(...group.map((i) => values[i]))))
    const outputShape = [
      shape[0],
      ...shape.slice(1, -1).map((size, axis) => Math.ceil(size / window[axis])),
      shape[shape.length - 1],
    ]
    const dy = randomTensor(outputShape, draws(seed + 900))
    const expected = new Array<number>(values.length).fill(0)
    groups.forEach((group, index) => {
      const winner = group.reduce((best, i) => (values[i] > values[best] ? i : best))
      expected[winner] = valuesOf(dy)[index]
    })
    expect(take(runFused('LeanvoxMaxPoolGradient', { dy, input: x }, { window }))).toEqual([expected])
  })

  it('gives the gradient to the first of equal values', () => {
    const input = tensorOf([1, 1, 2, 1], Float32Array.of(4, 4))
    const dy = tensorOf([1, 1, 1, 1], Float32Array.of(5))
    expect(take(runFused('LeanvoxMaxPoolGradient', { dy, input }, { window: [1, 2] }))).toEqual([[5, 0]])
  })

  it('reads and writes bfloat16', () => {
    // 1, 2, 3, -1 in bfloat16
    const bits = Uint16Array.of(0x3f80, 0x4000, 0x4040, 0xbf80)
    const x = (backend() as OnednnBackend).makeHalfTensorInfo([1, 2, 2, 1], bits)
    const [y] = runFused('LeanvoxMaxPool', { x }, { window: [1, 2] })
    expect(isStoredAsHalf(y)).toBe(true)
    expect(take([y])).toEqual([[2, 3]])
  })
})
