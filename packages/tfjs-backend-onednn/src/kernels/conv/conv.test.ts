/** Convolutions against the cpu backend's on random shapes, and by their adjoint identities where that has none. */
import { backend_util, engine, grads, type Tensor } from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, expect, it } from 'vitest'

import { setPrecision, precision } from '../../precision.ts'
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
import { cpuRunsOf } from '../kernel.ts'

type Draws = ReturnType<typeof draws>

interface Case {
  readonly input: number[]
  readonly filter: number[]
  readonly output: number[]
  readonly attrs: Record<string, unknown>
}

const channelCounts = [1, 2, 3, 5, 16, 17] as const

// tfjs computes the output of numeric padding from the first axis alone, so such filters and strides are square here.
const kinds = ['same', 'valid', 'square'] as const

/** A random convolution that leaves at least one output. */
function drawCase(rank: 2 | 3, random: Draws, { dilated = false, depthwise = false } = {}): Case {
  const kind = random.pick(rank === 2 ? kinds : (['same', 'valid'] as const))
  const perAxis = (low: number, high: number) => {
    const first = random.integer(low, high)
    return Array.from({ length: rank }, () => (kind === 'square' ? first : random.integer(low, high)))
  }
  const kernel = perAxis(1, 4)
  const strides = perAxis(1, 3).map((stride, axis) =>
    rank === 3 && kind === 'same' ? Math.min(stride, kernel[axis]) : stride,
  )
  const dilations = perAxis(1, dilated ? 2 : 1)
  const pad = kind === 'square' ? random.integer(0, kernel[0] - 1) : kind
  const input = kernel.map((size, axis) =>
    random.integer(pad === 'same' ? 1 : (size - 1) * dilations[axis] + 1, rank === 2 ? 10 : 8),
  )
  const [inChannels, outChannels] = [
    random.pick(channelCounts),
    depthwise ? random.integer(1, 3) : random.pick(channelCounts),
  ]
  const attrs = { strides, pad, dilations, dataFormat: rank === 2 ? 'NHWC' : 'NDHWC', dimRoundingMode: 'floor' }
  const shapes = {
    input: [random.integer(1, 2), ...input, inChannels],
    filter: [...kernel, inChannels, outChannels],
    attrs,
  }
  return { ...shapes, output: outputShape(shapes, depthwise) }
}

function outputShape({ input, filter, attrs }: Omit<Case, 'output'>, depthwise: boolean): number[] {
  const { strides, dilations, pad, dimRoundingMode } = attrs as Record<string, never>
  if (input.length === 5)
    return backend_util.computeConv3DInfo(input as never, filter as never, strides, dilations, pad).outShape
  return backend_util.computeConv2DInfo(
    input as never,
    filter as never,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    depthwise,
  ).outShape
}

const names = {
  2: { forward: 'Conv2D', input: 'Conv2DBackpropInput', filter: 'Conv2DBackpropFilter' },
  3: { forward: 'Conv3D', input: 'Conv3DBackpropInputV2', filter: 'Conv3DBackpropFilterV2' },
  depthwise: {
    forward: 'DepthwiseConv2dNative',
    input: 'DepthwiseConv2dNativeBackpropInput',
    filter: 'DepthwiseConv2dNativeBackpropFilter',
  },
} as const

type Kind = keyof typeof names

function draw(kind: Kind, random: Draws, dilated = false): Case {
  return drawCase(kind === 3 ? 3 : 2, random, { dilated, depthwise: kind === 'depthwise' })
}

function expectGradientsToAgree(kind: Kind, random: Draws, tolerance: number): void {
  const { input, filter, output, attrs } = draw(kind, random)
  const [x, w, dy] = [input, filter, output].map((shape) => randomTensor(shape, random))
  expectAgreement({ name: names[kind].forward, inputs: { x, filter: w }, attrs }, { tolerance })
  expectAgreement(
    { name: names[kind].input, inputs: { dy, filter: w }, attrs: { ...attrs, inputShape: input } },
    { tolerance },
  )
  expectAgreement(
    { name: names[kind].filter, inputs: { x, dy }, attrs: { ...attrs, filterShape: filter } },
    { tolerance },
  )
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, index) => sum + value * b[index], 0)
}

describeNative('convolutions', () => {
  beforeAll(startOnednn)
  afterEach(() => setPrecision('float32'))

  it.each([2, 3, 'depthwise'] as const)(
    'agree with the cpu backend on random shapes, forward and both gradients (%s)',
    (kind) => {
      const random = draws(kind === 2 ? 11 : kind === 3 ? 12 : 13)
      for (let round = 0; round < 40; round++) expectGradientsToAgree(kind, random, 1e-5)
    },
  )

  it.each([2, 3] as const)('agree to 1e-2 in bfloat16, and differ from float32 there (%s)', (kind) => {
    if (setPrecision('bfloat16') !== 'bfloat16') return
    const random = draws(20 + kind)
    for (let round = 0; round < 15; round++) expectGradientsToAgree(kind, random, 1e-2)
    const inputs = {
      x: tensorOf([1, 1, 1, 1], Float32Array.of(1 + 2 ** -10)),
      filter: tensorOf([1, 1, 1, 1], Float32Array.of(1)),
    }
    expect(valuesOf(runOn('onednn', { name: 'Conv2D', inputs, attrs: { strides: 1, pad: 'same' } }))[0]).toBe(1)
  })

  it('agree with the cpu backend forward when dilated', () => {
    const random = draws(14)
    for (let round = 0; round < 30; round++) {
      const { input, filter, attrs } = draw(2, random, true)
      expectAgreement({
        name: 'Conv2D',
        inputs: { x: randomTensor(input, random), filter: randomTensor(filter, random) },
        attrs,
      })
    }
  })

  it.each([2, 3, 'depthwise'] as const)('have gradients that are their adjoints, dilated or not (%s)', (kind) => {
    const random = draws(15)
    for (let round = 0; round < 25; round++) {
      const { input, filter, output, attrs } = draw(kind, random, true)
      const [x, w, dy] = [input, filter, output].map((shape) => randomTensor(shape, random))
      const y = valuesOf(runOn('onednn', { name: names[kind].forward, inputs: { x, filter: w }, attrs }))
      const dx = valuesOf(
        runOn('onednn', { name: names[kind].input, inputs: { dy, filter: w }, attrs: { ...attrs, inputShape: input } }),
      )
      const dw = valuesOf(
        runOn('onednn', { name: names[kind].filter, inputs: { x, dy }, attrs: { ...attrs, filterShape: filter } }),
      )
      const scale = Math.sqrt(dot(y, y) * dot(valuesOf(dy), valuesOf(dy))) + 1e-3
      expect(Math.abs(dot(y, valuesOf(dy)) - dot(dx, valuesOf(x))) / scale).toBeLessThan(1e-5)
      expect(Math.abs(dot(y, valuesOf(dy)) - dot(dw, valuesOf(w))) / scale).toBeLessThan(1e-5)
    }
  })

  it.each(['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'])('fuse bias and %s', (activation) => {
    const random = draws(16)
    for (const [name, channels] of [
      ['FusedConv2D', 5],
      ['FusedDepthwiseConv2D', 6],
    ] as const) {
      const inputs = {
        x: randomTensor([2, 7, 5, 3], random),
        filter: randomTensor([3, 2, 3, channels === 5 ? 5 : 2], random),
        bias: randomTensor([channels], random),
      }
      const attrs = {
        strides: [1, 1],
        pad: 'same',
        dilations: [1, 1],
        dataFormat: 'NHWC',
        activation,
        leakyreluAlpha: 0.2,
      }
      expectAgreement({ name, inputs, attrs })
      expectAgreement({ name, inputs: { ...inputs, bias: undefined }, attrs })
    }
  })

  it('take explicit padding that differs per side', () => {
    const random = draws(17)
    const pad = [
      [0, 0],
      [1, 2],
      [0, 1],
      [0, 0],
    ]
    const inputs = { x: randomTensor([1, 6, 5, 2], random), filter: randomTensor([3, 3, 2, 4], random) }
    expectAgreement({
      name: 'Conv2D',
      inputs,
      attrs: { strides: 2, pad, dilations: 1, dataFormat: 'NHWC', dimRoundingMode: 'floor' },
    })
  })

  it('leave what they do not take to the cpu backend', () => {
    const random = draws(18)
    const attrs = { strides: 1, pad: 'valid', dilations: 1, dataFormat: 'NCHW' }
    const before = cpuRunsOf('Conv2D')
    const run = {
      name: 'Conv2D',
      inputs: { x: randomTensor([1, 2, 5, 5], random), filter: randomTensor([3, 3, 2, 4], random) },
      attrs,
    }
    expect(runOn('onednn', run).shape).toEqual([1, 4, 3, 3])
    const empty = { x: tensorOf([0, 5, 5, 2], new Float32Array(0)), filter: randomTensor([3, 3, 2, 4], random) }
    expect(runOn('onednn', { name: 'Conv2D', inputs: empty, attrs: { ...attrs, dataFormat: 'NHWC' } }).shape).toEqual([
      0, 3, 3, 4,
    ])
    expect(cpuRunsOf('Conv2D')).toBe(before + 2)
  })

  it('refuse a dilated gradient that only the cpu backend could take, which would pass over the dilation', () => {
    const random = draws(22)
    const attrs = { strides: 1, pad: 'valid', dilations: 2, dataFormat: 'NCHW', inputShape: [1, 2, 5, 5] }
    const inputs = { dy: randomTensor([1, 4, 1, 1], random), filter: randomTensor([3, 3, 2, 4], random) }
    expect(() => runOn('onednn', { name: 'Conv2DBackpropInput', inputs, attrs })).toThrow(
      /^convolution gradient: expected channels last/,
    )
  })

  it('differentiate the transposed convolution in three dimensions', () => {
    const random = draws(19)
    const attrs = { strides: [2, 2, 2], pad: 'same', inputShape: [1, 4, 5, 6, 2] } as never
    const transpose = (dy: Tensor, filter: Tensor) =>
      engine().runKernel('Conv3DBackpropInputV2', { dy, filter }, attrs) as Tensor
    const make = (shape: number[]) =>
      engine().makeTensor(random.floats(shape.reduce((a, b) => a * b)), shape, 'float32')
    const [x, filter, dz] = [
      [1, 2, 3, 3, 3],
      [2, 3, 2, 2, 3],
      [1, 4, 5, 6, 2],
    ].map(make)
    const [dx, dfilter] = grads(transpose as never)([x, filter], dz)
    const z = transpose(x, filter).dataSync()
    const expected = dot(z, dz.dataSync())
    // Linear in each input: <gradient, input> = <z, dz>.
    expect(dot(dx.dataSync(), x.dataSync())).toBeCloseTo(expected, 4)
    expect(dot(dfilter.dataSync(), filter.dataSync())).toBeCloseTo(expected, 4)
  })

  it('give the same result on one thread and on two', async () => {
    const { setThreads, threads } = await import('../../set-threads.ts')
    const before = threads()
    const random = draws(21)
    const run = {
      name: 'Conv3D',
      inputs: { x: randomTensor([2, 9, 9, 9, 8], random), filter: randomTensor([3, 3, 3, 8, 8], random) },
      attrs: { strides: 1, pad: 'same', dilations: 1 },
    }
    for (const count of [1, 2, 3]) {
      setThreads(count)
      expect(threads()).toBe(count)
      expectAgreement(run)
    }
    setThreads(before)
    expect(precision()).toBe('float32')
  })
})
