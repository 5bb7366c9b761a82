/**
 * A random call of every native kernel that the cpu backend has too, by name; `every-kernel.test.ts` fails where a name is
 * missing. Sizes are 1, odd and even; dtypes, axes, strides, paddings and dilations are drawn. Not published.
 *
 * @module
 */
import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core'

import { tensorOf, type draws, type KernelRun } from '../testing.ts'
import { binaryNames, comparisonNames, testNames, unaryNames } from './elementwise/functions.ts'
import { sizeOf } from './kernel.ts'
import { reductionNames } from './reduce/functions.ts'

type Draws = ReturnType<typeof draws>
type Dtype = 'float32' | 'int32' | 'bool'
/** One call; its name is the key. */
export type Call = Omit<KernelRun, 'name'>
/** Draws a call; `empty` asks for a tensor without elements. */
export type Case = (random: Draws, empty: boolean) => Call

const sizes: readonly number[] = [1, 1, 2, 3, 5, 8, 17]

function drawShape(random: Draws, { empty = false, rank = random.integer(empty ? 1 : 0, 4) } = {}): number[] {
  const shape = Array.from({ length: rank }, () => random.pick(sizes))
  return empty ? shape.with(random.integer(0, rank - 1), 0) : shape
}

function drawTensor(shape: readonly number[], random: Draws, dtype: Dtype = 'float32'): TensorInfo {
  const length = sizeOf({ shape })
  if (dtype === 'float32')
    return tensorOf(
      shape,
      random.floats(length).map((value) => 3 * value),
    )
  if (dtype === 'bool')
    return tensorOf(
      shape,
      Uint8Array.from({ length }, () => random.integer(0, 1)),
    )
  return tensorOf(
    shape,
    Int32Array.from({ length }, () => random.integer(-9, 9)),
  )
}

/** Axes of one of the two are 1 or missing. */
function drawPair(random: Draws, empty: boolean): [number[], number[]] {
  const shape = drawShape(random, { empty })
  const thin = shape.map((size) => (random.next() < 0.4 && size > 0 ? 1 : size)).slice(random.integer(0, shape.length))
  return random.pick([
    [shape, thin],
    [thin, shape],
    [shape, shape],
  ])
}

function binary(dtypes: readonly Dtype[], [first, second] = ['a', 'b']): Case {
  return (random, empty) => {
    const dtype = random.pick(dtypes)
    const [a, b] = drawPair(random, empty).map((shape) => drawTensor(shape, random, dtype))
    return { inputs: { [first]: a, [second]: b } }
  }
}

function unary(dtypes: readonly Dtype[], attrs: Record<string, unknown> = {}): Case {
  return (random, empty) => ({
    inputs: { x: drawTensor(drawShape(random, { empty }), random, random.pick(dtypes)) },
    attrs,
  })
}

function reduction(dtypes: readonly Dtype[], attribute: string): Case {
  return (random, empty) => {
    const shape = drawShape(random, { empty })
    const axes = shape.map((_, axis) => axis).filter(() => random.next() < 0.5)
    return {
      inputs: { x: drawTensor(shape, random, random.pick(dtypes)) },
      attrs: {
        [attribute]: axes.map((axis) => random.pick([axis, axis - shape.length])),
        keepDims: random.next() < 0.5,
      },
    }
  }
}

const any: readonly Dtype[] = ['float32', 'int32', 'bool']
const numbers: readonly Dtype[] = ['float32', 'int32']

const argExtreme: Case = (random, empty) => {
  const shape = drawShape(random, { empty, rank: random.integer(1, 4) })
  return {
    inputs: { x: drawTensor(shape, random, random.pick(any)) },
    attrs: { axis: random.integer(0, shape.length - 1) },
  }
}

const softmax: Case = (random, empty) => {
  const shape = drawShape(random, { empty, rank: random.integer(1, 4) })
  return { inputs: { logits: drawTensor(shape, random) }, attrs: { dim: shape.length - 1 } }
}

const shuffle = (count: number, random: Draws): number[] =>
  Array.from({ length: count }, (_, i) => ({ i, key: random.next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ i }) => i)

const movement: Record<string, Case> = {
  Concat: (random, empty) => {
    const shape = drawShape(random, { rank: random.integer(1, 4) })
    const [axis, dtype] = [random.integer(0, shape.length - 1), random.pick(any)]
    const parts = Array.from({ length: random.integer(1, 4) }, () =>
      drawTensor(shape.with(axis, empty ? 0 : random.pick(sizes)), random, dtype),
    )
    return { inputs: parts as never, attrs: { axis } }
  },
  Pack: (random, empty) => {
    const [shape, dtype] = [drawShape(random, { empty }), random.pick(any)]
    const parts = Array.from({ length: random.integer(1, 4) }, () => drawTensor(shape, random, dtype))
    return { inputs: parts as never, attrs: { axis: random.integer(0, shape.length) } }
  },
  Slice: (random, empty) => {
    const shape = drawShape(random, { rank: random.integer(1, 4) })
    const begin = shape.map((size) => random.integer(0, size - 1))
    const size = shape.map((whole, axis) => (empty ? 0 : random.integer(1, whole - begin[axis])))
    return { inputs: { x: drawTensor(shape, random, random.pick(any)) }, attrs: { begin, size } }
  },
  SplitV: (random, empty) => {
    const shape = drawShape(random, { empty, rank: random.integer(1, 4) })
    const axis = random.integer(0, shape.length - 1)
    const first = random.integer(0, shape[axis])
    return {
      inputs: { x: drawTensor(shape, random, random.pick(any)) },
      attrs: { axis, numOrSizeSplits: [first, shape[axis] - first] },
    }
  },
  Unpack: (random) => {
    const shape = drawShape(random, { rank: random.integer(1, 4) })
    return {
      inputs: { value: drawTensor(shape, random, random.pick(any)) },
      attrs: { axis: random.integer(0, shape.length - 1) },
    }
  },
  StridedSlice: (random) => {
    const shape = drawShape(random, { rank: random.integer(1, 4) })
    const begin = shape.map((size) => random.integer(0, size - 1))
    const masks = { beginMask: 0, endMask: 0, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0 }
    return {
      inputs: { x: drawTensor(shape, random, random.pick(any)) },
      attrs: {
        begin,
        end: shape.map((size, axis) => random.integer(begin[axis] + 1, size)),
        strides: shape.map(() => random.integer(1, 3)),
        ...masks,
      },
    }
  },
  PadV2: (random, empty) => {
    const shape = drawShape(random, { empty })
    const paddings = shape.map(() => [random.integer(0, 3), random.integer(0, 3)])
    return {
      inputs: { x: drawTensor(shape, random, random.pick(any)) },
      attrs: { paddings, constantValue: random.integer(0, 1) },
    }
  },
  Transpose: (random, empty) => {
    const shape = drawShape(random, { empty })
    return {
      inputs: { x: drawTensor(shape, random, random.pick(any)) },
      attrs: { perm: shuffle(shape.length, random) },
    }
  },
  Reverse: (random, empty) => {
    const shape = drawShape(random, { empty })
    const dims = shape.map((_, axis) => axis).filter(() => random.next() < 0.5)
    return { inputs: { x: drawTensor(shape, random, random.pick(any)) }, attrs: { dims } }
  },
  Tile: (random, empty) => {
    const shape = drawShape(random, { rank: random.integer(1, 4) })
    const reps = shape.map(() => random.integer(empty ? 0 : 1, 3))
    return { inputs: { x: drawTensor(shape, random, random.pick(any)) }, attrs: { reps } }
  },
  GatherV2: (random, empty) => {
    const shape = drawShape(random, { rank: random.integer(1, 4) })
    const axis = random.integer(0, shape.length - 1)
    const indices = drawShape(random, { empty, rank: random.integer(empty ? 1 : 0, 2) })
    const list = Int32Array.from({ length: sizeOf({ shape: indices }) }, () => random.integer(0, shape[axis] - 1))
    return {
      inputs: { x: drawTensor(shape, random, random.pick(any)), indices: tensorOf(indices, list) },
      attrs: { axis, batchDims: 0 },
    }
  },
  OneHot: (random, empty) => {
    const shape = drawShape(random, { empty })
    const depth = random.integer(1, 9)
    const list = Int32Array.from({ length: sizeOf({ shape }) }, () => random.integer(-1, depth))
    const [onValue, offValue] = random.pick([
      [1, 0],
      [0, 1],
    ])
    return { inputs: { indices: tensorOf(shape, list) }, attrs: { dtype: random.pick(any), depth, onValue, offValue } }
  },
  Select: (random, empty) => {
    const [shape, dtype] = [drawShape(random, { empty }), random.pick(any)]
    const [t, e] = [drawTensor(shape, random, dtype), drawTensor(shape, random, dtype)]
    return { inputs: { condition: drawTensor(shape, random, 'bool'), t, e } }
  },
}

const filling: Record<string, Case> = {
  Fill: (random, empty) => ({
    inputs: {},
    attrs: { shape: drawShape(random, { empty }), value: random.integer(0, 1), dtype: random.pick(any) },
  }),
  ZerosLike: unary(any),
  OnesLike: unary(any),
  Cast: (random, empty) => {
    const [from, to] = shuffle(any.length, random).map((index) => any[index])
    return { ...unary([from])(random, empty), attrs: { dtype: to } }
  },
  AddN: (random, empty) => {
    const [shape, dtype] = [drawShape(random, { empty }), random.pick(numbers)]
    return { inputs: Array.from({ length: random.integer(1, 5) }, () => drawTensor(shape, random, dtype)) as never }
  },
}

/** Sizes of one spatial axis that leave an output: 'same' for any, else at least the filter's reach. */
function drawAxes(random: Draws, rank: number, { alike = false, dilated = false } = {}) {
  const pad = random.pick(['same', 'valid', ...(rank === 2 ? ['number', 'explicit'] : [])])
  // tfjs computes the output of numeric padding from the first axis alone.
  const list = (low: number, high: number) => {
    const first = random.integer(low, high)
    return Array.from({ length: rank }, () => (alike || pad === 'number' ? first : random.integer(low, high)))
  }
  const kernel = list(1, 4)
  // With larger strides tfjs computes negative padding in three dimensions; such calls are the cpu backend's.
  const strides = list(1, 3).map((stride, axis) =>
    rank === 3 && pad === 'same' ? Math.min(stride, kernel[axis]) : stride,
  )
  const dilations = dilated && strides.every((stride) => stride === 1) ? list(1, 3) : kernel.map(() => 1)
  const reach = kernel.map((size, axis) => (size - 1) * dilations[axis] + 1)
  const side = () => reach.map((length) => random.integer(0, length - 1))
  const explicit = [[0, 0], ...side().map((low, axis) => [low, side()[axis]]), [0, 0]]
  const spatial = reach.map((length) => random.integer(pad === 'same' ? 1 : length, length + 5))
  const padding = { same: 'same', valid: 'valid', number: side()[0], explicit }[pad] as 'same'
  return { kernel, strides, dilations, spatial, padding }
}

type ConvRole = 'forward' | 'input' | 'filter'

function convolution(rank: 2 | 3, role: ConvRole, depthwise = false): Case {
  return (random, empty) => {
    const { kernel, strides, dilations, spatial, padding } = drawAxes(random, rank, {
      dilated: role === 'forward' && rank === 2,
    })
    const [from, to] = [random.pick([1, 2, 3, 16]), random.pick(depthwise ? [1, 2, 3] : [1, 3, 8, 17])]
    const [input, filter] = [
      [empty && role === 'forward' ? 0 : random.integer(1, 2), ...spatial, from],
      [...kernel, from, to],
    ]
    const attrs = {
      strides,
      pad: padding,
      dilations,
      dataFormat: rank === 2 ? 'NHWC' : 'NDHWC',
      dimRoundingMode: 'floor',
    }
    const output = outputOf({ input, filter, ...attrs }, depthwise)
    const [x, w, dy] = [input, filter, output].map((shape) => drawTensor(shape, random))
    if (role === 'forward') return { inputs: { x, filter: w }, attrs }
    if (role === 'input') return { inputs: { dy, filter: w }, attrs: { ...attrs, inputShape: input } }
    return { inputs: { x, dy }, attrs: { ...attrs, filterShape: filter } }
  }
}

interface ConvShape {
  readonly input: number[]
  readonly filter: number[]
  readonly strides: number[]
  readonly pad: 'same'
  readonly dilations: number[]
}

function outputOf({ input, filter, strides, pad, dilations }: ConvShape, depthwise: boolean): number[] {
  const call = [input, filter, strides, dilations, pad] as never[]
  if (input.length === 5)
    return (backend_util.computeConv3DInfo as (...call: never[]) => { outShape: number[] })(...call).outShape
  const more = ['floor', depthwise] as never[]
  return (backend_util.computeConv2DInfo as (...call: never[]) => { outShape: number[] })(...call, ...more).outShape
}

function fused(depthwise: boolean): Case {
  return (random, empty) => {
    const call = convolution(2, 'forward', depthwise)(random, empty)
    const [inChannels, outChannels] = (call.inputs['filter'] as TensorInfo).shape.slice(2)
    const bias = drawTensor([depthwise ? inChannels * outChannels : outChannels], random)
    const activation = random.pick(['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'])
    return {
      inputs: { ...call.inputs, bias: random.pick([bias, undefined]) },
      attrs: { ...call.attrs, activation, leakyreluAlpha: 0.2 },
    }
  }
}

function pool(rank: 2 | 3, role: 'forward' | 'maximum' | 'average'): Case {
  return (random, empty) => {
    // The cpu backend's gradient of a maximum in three dimensions is wrong for windows that are not cubes, and its
    // gradient of an average wherever there is padding.
    const alike = role === 'maximum' && rank === 3
    const { kernel, strides, spatial } = drawAxes(random, rank, { alike })
    const pad = role === 'average' ? 'valid' : random.pick(['same', 'valid'])
    const x = drawTensor(
      [
        empty && role === 'forward' ? 0 : random.integer(1, 2),
        ...spatial.map((size, axis) => Math.max(size, kernel[axis])),
        random.pick([1, 3, 65]),
      ],
      random,
    )
    const attrs = {
      filterSize: kernel,
      strides,
      pad,
      dimRoundingMode: 'floor',
      dataFormat: rank === 2 ? 'NHWC' : 'NDHWC',
    }
    if (role === 'forward') return { inputs: { x }, attrs }
    const output = outputOf(
      {
        input: x.shape,
        filter: [...kernel, x.shape.at(-1) ?? 1, 1],
        strides,
        pad: pad as 'same',
        dilations: kernel.map(() => 1),
      },
      rank === 2,
    )
    const dy = drawTensor([...output.slice(0, -1), x.shape.at(-1) ?? 1], random)
    return { inputs: { dy, input: x, ...(role === 'maximum' ? { output: dy } : {}) }, attrs }
  }
}

function product(withBias: boolean): Case {
  return (random, empty) => {
    const [rows, inner, columns] = Array.from({ length: 3 }, () => random.pick(sizes))
    const batch = random.pick([[], [1], [3], [2, 2]])
    const [transposeA, transposeB] = [random.next() < 0.5, random.next() < 0.5]
    const matrix = (first: number, second: number, turned: boolean) =>
      drawTensor([...batch, ...(turned ? [second, first] : [first, second])], random)
    const [a, b] = [matrix(empty ? 0 : rows, inner, transposeA), matrix(inner, columns, transposeB)]
    const attrs = { transposeA, transposeB }
    if (!withBias) return { inputs: { a, b }, attrs }
    const activation = random.pick(['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'])
    const bias = random.pick([drawTensor([columns], random), undefined])
    return { inputs: { a, b, bias }, attrs: { ...attrs, activation, leakyreluAlpha: 0.2 } }
  }
}

const layers: Record<string, Case> = {
  Conv2D: convolution(2, 'forward'),
  Conv2DBackpropInput: convolution(2, 'input'),
  Conv2DBackpropFilter: convolution(2, 'filter'),
  Conv3D: convolution(3, 'forward'),
  Conv3DBackpropInputV2: convolution(3, 'input'),
  Conv3DBackpropFilterV2: convolution(3, 'filter'),
  DepthwiseConv2dNative: convolution(2, 'forward', true),
  DepthwiseConv2dNativeBackpropInput: convolution(2, 'input', true),
  DepthwiseConv2dNativeBackpropFilter: convolution(2, 'filter', true),
  FusedConv2D: fused(false),
  FusedDepthwiseConv2D: fused(true),
  BatchMatMul: product(false),
  _FusedMatMul: product(true),
  MaxPool: pool(2, 'forward'),
  MaxPool3D: pool(3, 'forward'),
  AvgPool: pool(2, 'forward'),
  AvgPool3D: pool(3, 'forward'),
  MaxPoolGrad: pool(2, 'maximum'),
  MaxPool3DGrad: pool(3, 'maximum'),
  AvgPoolGrad: pool(2, 'average'),
  AvgPool3DGrad: pool(3, 'average'),
}

const unaryAttributes: Record<string, Record<string, number>> = {
  LeakyRelu: { alpha: 0.013 },
  Step: { alpha: 0.25 },
  ClipByValue: { clipValueMin: -0.7, clipValueMax: 1.3 },
}

const named = (names: readonly string[], make: (name: string) => Case) =>
  Object.fromEntries(names.map((name) => [name, make(name)]))

/** A call of every kernel that the cpu backend has too. */
export const cases: Readonly<Record<string, Case>> = {
  ...named(binaryNames, () => binary(numbers)),
  FloorDiv: binary(numbers),
  Prelu: (random, empty) => {
    const shape = drawShape(random, { empty, rank: random.integer(1, 4) })
    return {
      inputs: {
        x: drawTensor(shape, random),
        alpha: drawTensor(
          shape.map((size) => (size === 0 ? 0 : random.pick([1, size]))),
          random,
        ),
      },
    }
  },
  EluGrad: (random, empty) => {
    const shape = drawShape(random, { empty })
    return { inputs: { dy: drawTensor(shape, random), y: drawTensor(shape, random) } }
  },
  ...named(unaryNames, (name) => unary(['float32'], unaryAttributes[name])),
  ...named(comparisonNames.slice(0, 6), () => binary(any)),
  ...named(comparisonNames.slice(6), () => binary(['bool'])),
  ...named(testNames, (name) => unary(name === 'LogicalNot' ? ['bool'] : any)),
  ...named(reductionNames, (name) => reduction(any, name === 'Max' ? 'reductionIndices' : 'axis')),
  All: reduction(['bool'], 'axis'),
  Any: reduction(['bool'], 'axis'),
  ArgMax: argExtreme,
  ArgMin: argExtreme,
  Softmax: softmax,
  ...movement,
  ...filling,
  ...layers,
}
