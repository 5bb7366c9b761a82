import { memory, ones, range, reshape, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'

import { conv, convTranspose, startEngine } from './index.ts'

interface Drawn {
  readonly batch: number
  readonly spatial: number[]
  readonly kernel: number[]
  readonly channels: [number, number]
  readonly strides: number[]
  readonly dilation: number[]
  readonly padding: 'same' | 'valid'
}

const drawn = fc.integer({ min: 2, max: 3 }).chain((rank) => {
  const each = (min: number, max: number) => fc.array(fc.integer({ min, max }), { minLength: rank, maxLength: rank })
  return fc.record({
    batch: fc.integer({ min: 1, max: 2 }),
    spatial: each(1, 7),
    kernel: each(1, 3),
    channels: fc.tuple(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 10 })),
    strides: each(1, 3),
    dilation: each(1, 2),
    padding: fc.constantFrom('same' as const, 'valid' as const),
  })
})

const product = (list: readonly number[]) => list.reduce((a, b) => a * b, 1)
const values = (count: number, seed: number) =>
  Float32Array.from(
    { length: count },
    (_, index) => Math.sin(index * 1.3 + seed * 2.1) + ((index * 7 + seed) % 5) * 0.1,
  )

// The definition, written as loops over every output and every tap.
function direct(
  x: Float32Array,
  filter: Float32Array,
  { batch, spatial, kernel, channels: [inputs, outputs], strides, dilation, padding }: Drawn,
) {
  const reach = kernel.map((taps, axis) => (taps - 1) * dilation[axis] + 1)
  const output = spatial.map((size, axis) =>
    Math.ceil((padding === 'same' ? size : size - reach[axis] + 1) / strides[axis]),
  )
  const before = spatial.map((size, axis) =>
    padding === 'same' ? Math.floor(Math.max(0, (output[axis] - 1) * strides[axis] + reach[axis] - size) / 2) : 0,
  )
  const result = new Float32Array(batch * product(output) * outputs)
  const digits = (index: number, sizes: number[]) =>
    sizes.map((_, axis) => Math.floor(index / product(sizes.slice(axis + 1))) % sizes[axis])
  for (let n = 0; n < batch; n++) {
    for (let o = 0; o < product(output); o++) {
      for (let k = 0; k < product(kernel); k++) {
        const [at, tap] = [digits(o, output), digits(k, kernel)]
        const source = at.map((place, axis) => place * strides[axis] + tap[axis] * dilation[axis] - before[axis])
        if (source.some((place, axis) => place < 0 || place >= spatial[axis])) continue
        const from = source.reduce((index, place, axis) => index * spatial[axis] + place, n) * inputs
        for (let i = 0; i < inputs; i++)
          for (let c = 0; c < outputs; c++)
            result[(n * product(output) + o) * outputs + c] += x[from + i] * filter[(k * inputs + i) * outputs + c]
      }
    }
  }
  return { result, shape: [batch, ...output, outputs] }
}

function expectClose(actual: Tensor, expected: ArrayLike<number>) {
  const got = actual.dataSync()
  expect(got.length).toBe(expected.length)
  for (let index = 0; index < got.length; index++) {
    if (!(Math.abs(got[index] - expected[index]) <= 1e-4 * (1 + Math.abs(expected[index]))))
      expect.fail(`[${index}] ${got[index]} is not ${expected[index]}`)
  }
}

describe.each(['cpu', 'wasm'] as const)('conv on %s', (backend) => {
  beforeAll(async () => void (await startEngine({ backend })))

  it('adds the products of a kernel of ones worked out by hand', () => {
    const x = reshape(range(1, 10), [1, 3, 3, 1])
    expect([...conv(x, ones([3, 3, 1, 1])).dataSync()]).toEqual([12, 21, 16, 27, 45, 33, 24, 39, 28])
    expect([...conv(x, ones([3, 3, 1, 1]), { padding: 'valid' }).dataSync()]).toEqual([45])
    expect([...conv(x, ones([2, 2, 1, 1]), { strides: 2 }).dataSync()]).toEqual([12, 9, 15, 9])
    expect([...conv(x, ones([2, 2, 1, 1]), { padding: 'valid', dilation: 2 }).dataSync()]).toEqual([20])
  })

  it('agrees with loops over every tap for random shapes, strides, dilations and paddings', () => {
    fc.assert(
      fc.property(drawn, (sizes) => {
        const { batch, spatial, kernel, channels, strides, dilation, padding } = sizes
        fc.pre(padding === 'same' || spatial.every((size, axis) => size >= (kernel[axis] - 1) * dilation[axis] + 1))
        const x = values(batch * product(spatial) * channels[0], 1)
        const filter = values(product(kernel) * product(channels), 2)
        const expected = direct(x, filter, sizes)
        tidy(() => {
          const y = conv(tensor(x, [batch, ...spatial, channels[0]]), tensor(filter, [...kernel, ...channels]), {
            strides,
            dilation,
            padding,
          })
          expect(y.shape).toEqual(expected.shape)
          expectClose(y, expected.result)
        })
      }),
      { numRuns: 150 },
    )
  })

  it('is the adjoint of convTranspose: <conv(x), y> = <x, convTranspose(y)>', () => {
    fc.assert(
      fc.property(drawn, ({ batch, spatial, kernel, channels: [inputs, outputs], strides }) => {
        const xValues = values(batch * product(spatial) * inputs, 3)
        const filter = values(product(kernel) * inputs * outputs, 4)
        tidy(() => {
          const x = tensor(xValues, [batch, ...spatial, inputs])
          const w = tensor(filter, [...kernel, inputs, outputs])
          const forward = conv(x, w, { strides })
          const yValues = values(forward.size, 5)
          const back = convTranspose(tensor(yValues, forward.shape), w, { strides, outputShape: spatial })
          expect(back.shape).toEqual(x.shape)
          const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
            Array.from(a).reduce((sum, value, index) => sum + value * b[index], 0)
          const left = dot(forward.dataSync(), yValues)
          expect(Math.abs(left - dot(xValues, back.dataSync()))).toBeLessThan(1e-3 * (1 + Math.abs(left)) + 1e-3)
        })
      }),
      { numRuns: 100 },
    )
  })

  it('handles rows of every length and channel counts around the block of eight', () => {
    for (const [width, inputs, outputs] of [
      [1, 1, 1],
      [6, 3, 8],
      [7, 16, 9],
      [11, 8, 7],
      [13, 5, 17],
    ]) {
      const sizes: Drawn = {
        batch: 1,
        spatial: [2, 3, width],
        kernel: [3, 3, 3],
        channels: [inputs, outputs],
        strides: [1, 1, 1],
        dilation: [1, 1, 1],
        padding: 'same',
      }
      const [x, filter] = [values(6 * width * inputs, 1), values(27 * inputs * outputs, 2)]
      tidy(() =>
        expectClose(
          conv(tensor(x, [1, 2, 3, width, inputs]), tensor(filter, [3, 3, 3, inputs, outputs])),
          direct(x, filter, sizes).result,
        ),
      )
    }
  })

  it('upsamples by two with a transposed kernel of ones', () => {
    const x = tensor([1, 2, 3, 4], [1, 2, 2, 1])
    expect([...convTranspose(x, ones([2, 2, 1, 1]), { strides: 2 }).dataSync()]).toEqual([
      1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4,
    ])
    expect(convTranspose(x, ones([2, 2, 1, 1]), { strides: 2, outputShape: [3, 4] }).shape).toEqual([1, 3, 4, 1])
  })

  it('leaves one tensor behind, its result', () => {
    const [x, filter] = [ones([1, 4, 5, 6, 3]), ones([3, 3, 3, 3, 4])]
    const before = memory().numTensors
    conv(x, filter)
    expect(memory().numTensors - before).toBe(1)
    tidy(() => void conv(x, filter, { dilation: 2 }))
    expect(memory().numTensors - before).toBe(1)
  })

  it('names the shapes that do not fit', () => {
    expect(() => conv(ones([4, 4, 1]), ones([3, 3, 1, 1]))).toThrow(
      'conv: expected x and filter both of rank 4 or both of rank 5, got shapes [4,4,1] and [3,3,1,1]',
    )
    expect(() => conv(ones([1, 4, 4, 2]), ones([3, 3, 1, 1]))).toThrow(
      'conv: expected a filter for 2 input channels, got 1 in shape [3,3,1,1]',
    )
    expect(() => conv(ones([1, 2, 4, 1]), ones([3, 3, 1, 1]), { padding: 'valid' })).toThrow(
      "conv: expected an input of at least [3,3] with padding 'valid', got [2,4]",
    )
    expect(() => conv(ones([1, 4, 4, 1]), ones([3, 3, 1, 1]), { strides: 0 })).toThrow(
      'conv: expected 2 positive integers or one of them, got [0,0]',
    )
    expect(() => convTranspose(ones([1, 4, 4, 1]), ones([2, 2, 1, 1]), { strides: 2, outputShape: [9, 8] })).toThrow(
      'convTranspose: expected x of shape [1,5,4,1], got [1,4,4,1]',
    )
  })
})
