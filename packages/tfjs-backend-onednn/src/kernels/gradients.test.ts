/**
 * Gradients of native kernels, by tfjs's own rules and on native kernels throughout, against differences of their values.
 * Every native kernel that tfjs differentiates must be here.
 *
 * Values lie on a grid whose steps are larger than the moves, so that no move crosses the bend of an activation or
 * swaps which of two numbers is larger.
 */
import { engine, getGradient, grads, setBackend, tidy, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'

import { describeNative, draws, startOnednn } from '../testing.ts'
import { nativeKernels } from './index.ts'
import { cpuRunsOf, sizeOf } from './kernel.ts'

type Draws = ReturnType<typeof draws>

interface GradientCase {
  readonly inputs: Readonly<Record<string, readonly number[]>>
  readonly attrs?: object
  /** Values above this; by default they have both signs. */
  readonly above?: number
}

const step = 0.01
const plane = { strides: 1, pad: 'same', dilations: 1, dataFormat: 'NHWC' }
const volume = { ...plane, dataFormat: 'NDHWC' }
const window2 = { filterSize: [2, 2], strides: [2, 2], pad: 'valid' }
const window3 = { filterSize: [2, 2, 2], strides: [2, 2, 2], pad: 'valid' }
const pair = { inputs: { a: [3, 1, 5], b: [7, 1] } }
// tfjs does not sum these gradients over axes that were broadcast.
const alike = { inputs: { a: [3, 5], b: [3, 5] } }
const positivePair = { ...pair, above: 0.3 }
const one = { inputs: { x: [3, 7] } }
const positive = { ...one, above: 0.3 }
const reduced = { ...one, attrs: { axis: [1], keepDims: false } }

const cases: Readonly<Record<string, GradientCase>> = {
  Conv2D: { inputs: { x: [2, 5, 4, 3], filter: [3, 2, 3, 5] }, attrs: { ...plane, strides: [2, 1] } },
  Conv2DBackpropInput: {
    inputs: { dy: [1, 3, 4, 3], filter: [3, 3, 2, 3] },
    attrs: { ...plane, strides: 2, inputShape: [1, 5, 7, 2] },
  },
  Conv3D: { inputs: { x: [1, 3, 5, 4, 2], filter: [3, 1, 2, 2, 3] }, attrs: volume },
  Conv3DBackpropInputV2: {
    inputs: { dy: [1, 2, 3, 2, 3], filter: [2, 2, 2, 2, 3] },
    attrs: { ...volume, strides: 2, inputShape: [1, 4, 5, 4, 2] },
  },
  DepthwiseConv2dNative: { inputs: { x: [2, 5, 4, 3], filter: [3, 2, 3, 2] }, attrs: plane },
  BatchMatMul: { inputs: { a: [2, 3, 4], b: [2, 5, 4] }, attrs: { transposeA: false, transposeB: true } },
  MaxPool: { inputs: { x: [1, 5, 4, 3] }, attrs: window2 },
  MaxPool3D: { inputs: { x: [1, 4, 3, 4, 2] }, attrs: window3 },
  AvgPool: { inputs: { x: [1, 5, 4, 3] }, attrs: { ...window2, pad: 'same' } },
  AvgPool3D: { inputs: { x: [1, 3, 3, 4, 2] }, attrs: { ...window3, pad: 'same' } },
  Add: pair,
  Sub: pair,
  Multiply: pair,
  RealDiv: positivePair,
  Maximum: alike,
  Minimum: alike,
  SquaredDifference: alike,
  Pow: positivePair,
  Atan2: positivePair,
  Prelu: { inputs: { x: [3, 7], alpha: [1, 7] } },
  AddN: { inputs: { 0: [3, 5], 1: [3, 5], 2: [3, 5] } },
  Neg: one,
  Abs: one,
  Exp: one,
  Log: positive,
  Log1p: positive,
  Expm1: one,
  Sqrt: positive,
  Rsqrt: positive,
  Square: one,
  Reciprocal: positive,
  Sigmoid: one,
  Tanh: one,
  Softplus: one,
  Relu: one,
  Relu6: { ...one, above: 4 },
  LeakyRelu: { ...one, attrs: { alpha: 0.2 } },
  Elu: one,
  Selu: one,
  ClipByValue: { ...one, attrs: { clipValueMin: -0.35, clipValueMax: 0.4 } },
  Erf: one,
  Sin: one,
  Cos: one,
  Tan: { inputs: { x: [3, 5] } },
  Atan: one,
  Sinh: one,
  Cosh: one,
  Cast: { ...one, attrs: { dtype: 'float32' } },
  Sum: reduced,
  Max: { ...one, attrs: { reductionIndices: [1], keepDims: false } },
  Min: reduced,
  Softmax: { inputs: { logits: [3, 7] }, attrs: { dim: 1 } },
  LogSoftmax: { inputs: { logits: [3, 7] }, attrs: { axis: 1 } },
  Concat: { inputs: { 0: [3, 2], 1: [3, 5] }, attrs: { axis: 1 } },
  Pack: { inputs: { 0: [3, 2], 1: [3, 2] }, attrs: { axis: 1 } },
  Slice: { ...one, attrs: { begin: [1, 2], size: [2, 4] } },
  PadV2: {
    ...one,
    attrs: {
      paddings: [
        [1, 0],
        [2, 3],
      ],
      constantValue: 0,
    },
  },
  Transpose: { inputs: { x: [2, 3, 5] }, attrs: { perm: [2, 0, 1] } },
  Reverse: { ...one, attrs: { dims: [1] } },
  Tile: { ...one, attrs: { reps: [2, 3] } },
}

// Slopes that are zero everywhere, inputs that are not numbers to move, several outputs, or (Prod) a rule of tfjs's that
// needs its chained operations: these gradients are in tfjs-core's own tests, see tfjs-ops.test.ts.
const elsewhere = new Set([
  ...['Sign', 'Floor', 'Ceil', 'Round', 'Step', 'ZerosLike', 'OnesLike', 'IsNan', 'IsFinite', 'IsInf', 'LogicalNot'],
  ...['Equal', 'NotEqual', 'Less', 'LessEqual', 'Greater', 'GreaterEqual', 'LogicalAnd', 'FloorDiv', 'Mod', 'ArgMax'],
  ...['ArgMin', 'Select', 'GatherV2', 'OneHot', 'SplitV', 'Unpack', 'Mean', 'Prod'],
])

/** Distinct multiples of 0.05, shifted per input by less than half of that. */
function onGrid(shape: readonly number[], { random, input, above }: { random: Draws; input: number; above?: number }) {
  const count = sizeOf({ shape })
  const places = Array.from({ length: count }, (_, i) => ({ i, key: random.next() })).sort((a, b) => a.key - b.key)
  const start = above ?? -0.05 * (count >> 1)
  return Float32Array.from(places, ({ i }) => start + 0.05 * (i + 0.3) + 0.025 * input)
}

/** Runs a kernel on values given by input name. */
function run(name: string, { inputs, attrs = {} }: GradientCase, values: readonly Float32Array[]): Float32Array {
  return tidy(() => {
    const tensors = Object.entries(inputs).map(([key, shape], i) => [
      key,
      engine().makeTensor(values[i], [...shape], 'float32'),
    ])
    return call(name, Object.fromEntries(tensors) as Record<string, Tensor>, attrs).dataSync() as Float32Array
  })
}

function call(name: string, inputs: Record<string, Tensor>, attrs: object): Tensor {
  const keys = Object.keys(inputs)
  const listed = keys.every((key) => /^\d+$/.test(key)) ? keys.map((key) => inputs[key]) : inputs
  return engine().runKernel(name, listed as never, attrs as never) as Tensor
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, index) => sum + value * b[index], 0)
}

describeNative('gradients', () => {
  beforeAll(async () => {
    await startOnednn()
    // tfjs-core alone registers none; its file of them is for bundlers.
    await import('../../tfjs-ops/hooks.mjs' as string)
    await import('@tensorflow/tfjs-core/dist/register_all_gradients.js' as string)
  }, 60_000)

  it('of every native kernel that tfjs differentiates are tested', () => {
    const differentiable = nativeKernels.map(({ kernelName }) => kernelName).filter((name) => getGradient(name))
    expect(differentiable.length).toBeGreaterThan(50)
    expect(differentiable.filter((name) => !(name in cases) && !elsewhere.has(name))).toEqual([])
    expect(Object.keys(cases).filter((name) => !differentiable.includes(name))).toEqual([])
  })

  it.each(Object.keys(cases))('of %s are the slopes of its values', async (name) => {
    await setBackend('onednn')
    const random = draws(name.length * 31 + name.charCodeAt(0))
    const { inputs, attrs = {}, above } = cases[name]
    const keys = Object.keys(inputs)
    const values = keys.map((key, input) =>
      onGrid(inputs[key], { random, input, ...(above !== undefined && { above }) }),
    )
    const weight = random.floats(run(name, cases[name], values).length)
    const before = cpuRunsOf(name)
    const found = tidy(() => {
      const tensors = keys.map((key, i) => engine().makeTensor(values[i], [...inputs[key]], 'float32'))
      const output = call(name, Object.fromEntries(keys.map((key, i) => [key, tensors[i]])), attrs)
      const f = (...given: Tensor[]) => call(name, Object.fromEntries(keys.map((key, i) => [key, given[i]])), attrs)
      const dy = engine().makeTensor(weight, output.shape, 'float32')
      return grads(f as never)(tensors, dy).map((gradient) => gradient.dataSync())
    })
    keys.forEach((key, i) => {
      const direction = random.floats(values[i].length)
      const moved = (sign: number) =>
        dot(
          run(
            name,
            cases[name],
            values.with(
              i,
              values[i].map((value, place) => value + sign * step * direction[place]),
            ),
          ),
          weight,
        )
      const slope = (moved(1) - moved(-1)) / (2 * step)
      const scale = 1 + Math.sqrt(dot(found[i], found[i]))
      expect(Math.abs(dot(found[i], direction) - slope) / scale, `${name}: ${key}`).toBeLessThan(1e-2)
      expect(
        found[i].some((value) => value !== 0),
        `${name}: ${key}`,
      ).toBe(true)
    })
    expect(cpuRunsOf(name)).toBe(before + (name === 'Cast' ? cpuRunsOf(name) - before : 0))
  })
})
