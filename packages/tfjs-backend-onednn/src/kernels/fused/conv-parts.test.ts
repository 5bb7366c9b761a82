/** Convolutions of an input in parts against the stock kernels on the joined input. */
import { afterEach, beforeAll, expect, it } from 'vitest'

import { backend } from '@tensorflow/tfjs-core'

import type { OnednnBackend } from '../../backend.ts'
import { setPrecision } from '../../precision.ts'
import { describeNative, draws, randomTensor, relativeError, startOnednn, tensorOf, valuesOf } from '../../testing.ts'
import { isStoredAsHalf, runFused } from './run-fused.ts'

/** A random convolution with padding 'same', and what the stock kernels call it. */
function drawCase(seed: number) {
  const random = draws(seed)
  const rank = random.pick([2, 3])
  const list = (low: number, high: number) => Array.from({ length: rank }, () => random.integer(low, high))
  const [input, taps] = [list(4, 8), list(1, 3)]
  const strides = taps.map((size) => random.integer(1, size))
  const output = input.map((size, axis) => Math.ceil(size / strides[axis]))
  const padBefore = input.map((size, axis) =>
    Math.floor(Math.max(0, (output[axis] - 1) * strides[axis] + taps[axis] - size) / 2),
  )
  const channels = Array.from({ length: random.integer(1, 3) }, () => random.pick([1, 3, 8, 16]))
  const inChannels = channels.reduce((sum, count) => sum + count, 0)
  const outChannels = random.pick([2, 8, 16])
  const geometry = {
    rank,
    batch: random.integer(1, 2),
    inChannels,
    outChannels,
    input,
    kernel: taps,
    strides,
    dilation: taps.map(() => 1),
    output,
    padBefore,
  }
  const attrs = { strides, pad: 'same', dilations: taps.map(() => 1), dataFormat: rank === 2 ? 'NHWC' : 'NDHWC' }
  return { random, geometry, channels, attrs }
}

const names = {
  2: { forward: 'Conv2D', input: 'Conv2DBackpropInput', filter: 'Conv2DBackpropFilter' },
  3: { forward: 'Conv3D', input: 'Conv3DBackpropInputV2', filter: 'Conv3DBackpropFilterV2' },
} as const

describeNative('convolution in parts', () => {
  beforeAll(() => startOnednn())
  afterEach(() => void setPrecision('float32'))

  const cases = Array.from({ length: 20 }, (_, seed) => seed)

  it.each(cases.flatMap((seed) => (['float32', 'bfloat16'] as const).map((precision) => ({ seed, precision }))))(
    'agrees with the joined input, case $seed in $precision',
    ({ seed, precision }) => {
      const { random, geometry, channels, attrs } = drawCase(seed)
      const { batch, input, output, kernel, outChannels, inChannels, rank } = geometry
      const stock = names[rank as 2 | 3]
      const parts = channels.map((count) => randomTensor([batch, ...input, count], random))
      const named = Object.fromEntries(parts.map((part, index) => [index, part]))
      const filter = randomTensor([...kernel, inChannels, outChannels], random)
      const dy = randomTensor([batch, ...output, outChannels], random)
      const [x] = runFused('Concat', parts as never, { axis: rank + 1 })
      const expected = [
        runFused(stock.forward, { x, filter }, attrs),
        runFused(stock.input, { dy, filter }, { ...attrs, inputShape: x.shape }),
        runFused(stock.filter, { x, dy }, { ...attrs, filterShape: filter.shape }),
      ].map(([info]) => valuesOf(info))
      if (setPrecision(precision) !== precision) return
      const tolerance = precision === 'float32' ? 1e-5 : 1e-2
      const [y] = runFused('LeanvoxConvParts', { ...named, filter }, geometry)
      expect(isStoredAsHalf(y)).toBe(precision === 'bfloat16' && outChannels >= 8)
      expect(relativeError(valuesOf(y), expected[0])).toBeLessThan(tolerance)
      const inputs = channels.map((count, index) => {
        const first = channels.slice(0, index).reduce((sum, others) => sum + others, 0)
        return runFused('LeanvoxConvPartInput', { dy, filter }, { ...geometry, first, channels: count })[0]
      })
      const [dx] = runFused('Concat', inputs as never, { axis: rank + 1 })
      expect(relativeError(valuesOf(dx), expected[1])).toBeLessThan(tolerance)
      const [dfilter] = runFused('LeanvoxConvPartsFilter', { ...named, dy }, geometry)
      expect(relativeError(valuesOf(dfilter), expected[2])).toBeLessThan(tolerance)
    },
  )

  // Sizes that the kernel for AMX takes: rows that fill a step and rows that do not, planes in groups and in bands.
  it.each([
    { input: [3, 5, 8], taps: [3, 3, 3], channels: [16, 32], batch: 2 },
    { input: [5, 3, 34], taps: [3, 3, 3], channels: [48], batch: 1 },
    { input: [4, 9, 6], taps: [1, 3, 3], channels: [16], batch: 1 },
    { input: [7, 18], taps: [3, 3], channels: [32, 16], batch: 3 },
    { input: [6, 130], taps: [3, 3], channels: [32], batch: 2 },
    { input: [96, 64, 64], taps: [3, 3, 3], channels: [16], batch: 1 },
    { input: [3, 160, 60], taps: [3, 3, 3], channels: [80], batch: 1 },
  ])(
    'sums the filter gradient over $input by $taps, channels $channels, as float32 does',
    ({ input, taps, channels, batch }) => {
      const random = draws(11)
      const inChannels = channels.reduce((sum, count) => sum + count, 0)
      const ones = taps.map(() => 1)
      const padBefore = taps.map((size) => (size - 1) / 2)
      const sizes = {
        batch,
        inChannels,
        outChannels: 32,
        input,
        output: input,
        kernel: taps,
        strides: ones,
        dilation: ones,
        padBefore,
      }
      // Values that bfloat16 holds exactly, so that only the order of sums differs.
      const half = (count: number) => {
        const shape = [batch, ...input, count]
        const bits = (backend() as OnednnBackend).take(
          shape.reduce((a, b) => a * b),
          'bfloat16',
        )
        for (let i = 0; i < bits.length; i++) bits[i] = 0x3f00 + random.integer(0, 255) + 0x8000 * random.integer(0, 1)
        return (backend() as OnednnBackend).makeHalfTensorInfo(shape, bits)
      }
      const parts = Object.fromEntries(channels.map((count, index) => [index, half(count)]))
      const dy = half(32)
      const run = () => valuesOf(runFused('LeanvoxConvPartsFilter', { ...parts, dy }, sizes)[0])
      const expected = run()
      if (setPrecision('bfloat16') === 'bfloat16') expect(relativeError(run(), expected)).toBeLessThan(2e-5)
    },
  )

  it('reads inputs that are stored as bfloat16, in either precision', () => {
    const { geometry } = drawCase(1)
    const random = draws(4)
    const shape = [geometry.batch, ...geometry.input, 8]
    const sizes = { ...geometry, inChannels: 8, outChannels: 8 }
    const filter = randomTensor([...geometry.kernel, 8, 8], random)
    const bits = Uint16Array.from(random.floats(shape.reduce((a, b) => a * b)), (value) =>
      value > 0 ? 0x3f80 : 0xc000,
    )
    const half = (backend() as OnednnBackend).makeHalfTensorInfo(shape, bits)
    const full = tensorOf(
      shape,
      Float32Array.from(bits, (value) => (value === 0x3f80 ? 1 : -2)),
    )
    const run = (x: typeof half) => valuesOf(runFused('LeanvoxConvParts', { 0: x, filter }, sizes)[0])
    expect(run(half)).toEqual(run(full))
    setPrecision('bfloat16')
    expect(run(half)).toEqual(run(full))
  })

  it('refuses parts that do not add up', () => {
    const { geometry } = drawCase(1)
    const part = randomTensor([geometry.batch, ...geometry.input, geometry.inChannels + 1], draws(1))
    const filter = randomTensor([...geometry.kernel, geometry.inChannels, geometry.outChannels], draws(2))
    const call = () => runFused('LeanvoxConvParts', { 0: part, filter }, geometry)
    expect(call).toThrow(`convForward: part: expected channels within the filter's ${geometry.inChannels}`)
  })
})
