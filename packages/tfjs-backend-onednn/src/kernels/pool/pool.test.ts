/** Pooling against the cpu backend's; gradients of averages over padding against finite differences, where that is wrong. */
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'

import {
  describeNative,
  draws,
  expectAgreement,
  randomTensor,
  runOn,
  startOnednn,
  tensorOf,
  valuesOf,
} from '../../testing.ts'

type Draws = ReturnType<typeof draws>

function drawPool(
  rank: 2 | 3,
  random: Draws,
  { paddings = ['same', 'valid'], cubic = false }: { paddings?: string[]; cubic?: boolean } = {},
) {
  const size = random.integer(1, 4)
  const filterSize = Array.from({ length: rank }, () => (cubic ? size : random.integer(1, 4)))
  const strides = Array.from({ length: rank }, () => random.integer(1, 3))
  const pad = random.pick(paddings)
  const spatial = filterSize.map((size) => random.integer(pad === 'valid' ? size : 1, rank === 2 ? 12 : 7))
  const input = [
    random.integer(1, 2),
    ...spatial.map((size, axis) => Math.max(size, pad === 'valid' ? filterSize[axis] : 1)),
    random.pick([1, 3, 16, 65]),
  ]
  return {
    input,
    attrs: { filterSize, strides, pad, dimRoundingMode: 'floor', dataFormat: rank === 2 ? 'NHWC' : 'NDHWC' },
  }
}

function suffix(rank: 2 | 3): string {
  return rank === 2 ? '' : '3D'
}

describeNative('pooling', () => {
  beforeAll(startOnednn)

  it.each([2, 3] as const)('agrees with the cpu backend on random shapes, maximum and its gradient (%iD)', (rank) => {
    const random = draws(40 + rank)
    for (let round = 0; round < 40; round++) {
      // The cpu backend's gradient in three dimensions is wrong for windows whose height is not their width.
      const { input, attrs } = drawPool(rank, random, { cubic: rank === 3 })
      const x = randomTensor(input, random)
      expectAgreement({ name: `MaxPool${suffix(rank)}`, inputs: { x }, attrs })
      const y = runOn('onednn', { name: `MaxPool${suffix(rank)}`, inputs: { x }, attrs })
      const dy = randomTensor(y.shape, random)
      expectAgreement({ name: `MaxPool${suffix(rank)}Grad`, inputs: { dy, input: x, output: y }, attrs })
    }
  })

  it.each([2, 3] as const)(
    'agrees with the cpu backend on averages, and on their gradients without padding (%iD)',
    (rank) => {
      const random = draws(50 + rank)
      for (let round = 0; round < 40; round++) {
        const { input, attrs } = drawPool(rank, random)
        const x = randomTensor(input, random)
        expectAgreement({ name: `AvgPool${suffix(rank)}`, inputs: { x }, attrs })
        if (attrs.pad === 'same') continue
        const dy = randomTensor(runOn('cpu', { name: `AvgPool${suffix(rank)}`, inputs: { x }, attrs }).shape, random)
        expectAgreement({ name: `AvgPool${suffix(rank)}Grad`, inputs: { dy, input: x }, attrs })
      }
    },
  )

  it.each([2, 3] as const)('differentiates averages over padding as its own forward pass has them (%iD)', (rank) => {
    const random = draws(60 + rank)
    for (let round = 0; round < 20; round++) {
      const { input, attrs } = drawPool(rank, random, { paddings: ['same'] })
      const [x, name] = [randomTensor(input, random), `AvgPool${suffix(rank)}`]
      const y = runOn('onednn', { name, inputs: { x }, attrs })
      const dy = randomTensor(y.shape, random)
      const dx = runOn('onednn', { name: `${name}Grad`, inputs: { dy, input: x }, attrs })
      // Linear: <y, dy> = <x, dx>.
      expect(dot(dx, x)).toBeCloseTo(dot(y, dy), 4)
    }
  })

  it('takes numeric padding, where a window wholly in it has the maximum -Infinity and the average 0', () => {
    const x = tensorOf([1, 1, 1, 1, 1], Float32Array.of(5))
    const attrs = { filterSize: [1, 1, 1], strides: [1, 1, 1], pad: 1, dimRoundingMode: 'floor', dataFormat: 'NDHWC' }
    for (const name of ['MaxPool3D', 'AvgPool3D']) expectAgreement({ name, inputs: { x }, attrs })
    const flat = { filterSize: [2, 2], strides: [1, 1], pad: 2, dimRoundingMode: 'floor', dataFormat: 'NHWC' }
    const y = runOn('onednn', {
      name: 'AvgPool',
      inputs: { x: tensorOf([1, 1, 1, 1], Float32Array.of(5)) },
      attrs: flat,
    })
    expect(Array.from(valuesOf(y))).toEqual([0, 0, 0, 0, 0, 5, 5, 0, 0, 5, 5, 0, 0, 0, 0, 0])
    const random = draws(70)
    for (let round = 0; round < 20; round++) {
      const { input, attrs: drawn } = drawPool(2, random, { cubic: true })
      const pad = random.integer(0, drawn.filterSize[0] - 1)
      const attrs = { ...drawn, strides: drawn.strides.map(() => drawn.strides[0]), pad }
      const x = randomTensor(
        input.map((size, axis) => (axis === 1 || axis === 2 ? size + 4 : size)),
        random,
      )
      for (const name of ['MaxPool', 'AvgPool']) expectAgreement({ name, inputs: { x }, attrs })
    }
  })

  it('returns the input for windows of one element that leave the shape as it is, as the cpu backend does', () => {
    const x = tensorOf([1, 2, 2, 3], draws(71).floats(12))
    const attrs = { filterSize: [1, 1], strides: [2, 2], pad: 1, dimRoundingMode: 'floor', dataFormat: 'NHWC' }
    for (const name of ['MaxPool', 'AvgPool']) {
      expectAgreement({ name, inputs: { x }, attrs })
      const dx = runOn('onednn', { name: `${name}Grad`, inputs: { dy: x, input: x, output: x }, attrs })
      expect(valuesOf(dx)).toEqual(valuesOf(x))
    }
  })

  it('sends the gradient of equal maxima to the first, and skips NaN, as the cpu backend does', () => {
    const attrs = { filterSize: [2, 2], strides: [2, 2], pad: 'valid' }
    const x = tensorOf([1, 2, 4, 1], Float32Array.of(3, 3, NaN, -1, 3, 3, -2, NaN))
    const y = runOn('onednn', { name: 'MaxPool', inputs: { x }, attrs })
    expect(Array.from(valuesOf(y))).toEqual([3, -1])
    const dy = tensorOf([1, 1, 2, 1], Float32Array.of(1, 2))
    const dx = runOn('onednn', { name: 'MaxPoolGrad', inputs: { dy, input: x, output: y }, attrs })
    expect(Array.from(valuesOf(dx))).toEqual([1, 0, 0, 2, 0, 0, 0, 0])
  })
})

function dot(a: TensorInfo, b: TensorInfo): number {
  const [left, right] = [valuesOf(a), valuesOf(b)]
  return Array.from(left).reduce((sum, value, index) => sum + value * right[index], 0)
}
