import {
  abs,
  add,
  addN,
  cast,
  clipByValue,
  concat,
  div,
  exp,
  expandDims,
  gather,
  leakyRelu,
  log,
  logSoftmax,
  matMul,
  max,
  maximum,
  mean,
  memory,
  min,
  minimum,
  mul,
  neg,
  oneHot,
  pad,
  pow,
  randomNormal,
  reciprocal,
  relu,
  reshape,
  reverse,
  rsqrt,
  sigmoid,
  slice,
  softmax,
  softplus,
  split,
  sqrt,
  square,
  squaredDifference,
  squeeze,
  stack,
  sub,
  sum,
  tanh,
  tensor,
  tensor1d,
  tidy,
  tile,
  transpose,
  unstack,
  where,
  type Scalar,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'

import { directionalSlopes } from './finite-differences.ts'
import {
  avgPool,
  conv,
  convTranspose,
  maxPool,
  normActivation,
  resizeLinear,
  resizeNearest,
  startEngine,
  valueAndGradients,
  type NamedTensors,
} from './index.ts'

type Case = readonly [run: (weights: NamedTensors) => Tensor, shapes: Record<string, number[]>]

const operations: Record<string, Case> = {
  'conv 3D': [({ x, w }) => conv(x, w), { x: [2, 4, 5, 3, 2], w: [3, 3, 3, 2, 3] }],
  'conv 3D, size 1': [({ x, w }) => conv(x, w), { x: [1, 1, 1, 1, 2], w: [3, 3, 3, 2, 3] }],
  'conv 3D, 1x1x1': [({ x, w }) => conv(x, w), { x: [2, 2, 3, 4, 9], w: [1, 1, 1, 9, 8] }],
  'conv 3D, stride 2': [({ x, w }) => conv(x, w, { strides: 2 }), { x: [2, 4, 5, 3, 2], w: [3, 3, 3, 2, 9] }],
  'conv 3D, stride 3 and kernel 2': [
    ({ x, w }) => conv(x, w, { strides: [1, 3, 2] }),
    { x: [1, 4, 7, 5, 2], w: [2, 2, 2, 2, 3] },
  ],
  'conv 3D, valid and dilated': [
    ({ x, w }) => conv(x, w, { padding: 'valid', dilation: 2 }),
    { x: [2, 6, 5, 7, 2], w: [3, 3, 3, 2, 3] },
  ],
  'conv 3D, dilated and strided': [
    ({ x, w }) => conv(x, w, { dilation: [1, 2, 3], strides: 2 }),
    { x: [1, 4, 6, 7, 2], w: [3, 3, 3, 2, 3] },
  ],
  'conv 2D': [({ x, w }) => conv(x, w), { x: [2, 5, 3, 2], w: [3, 3, 2, 3] }],
  'conv 2D, stride 2': [({ x, w }) => conv(x, w, { strides: 2 }), { x: [2, 5, 4, 2], w: [3, 3, 2, 3] }],
  'conv 2D, valid': [({ x, w }) => conv(x, w, { padding: 'valid' }), { x: [2, 5, 14, 16], w: [3, 3, 16, 8] }],
  'transposed 3D': [({ x, w }) => convTranspose(x, w, { strides: 2 }), { x: [2, 3, 2, 1, 2], w: [2, 2, 2, 3, 2] }],
  'transposed 3D to an odd size': [
    ({ x, w }) => convTranspose(x, w, { strides: 2, outputShape: [5, 3, 1] }),
    { x: [2, 3, 2, 1, 2], w: [3, 3, 3, 3, 2] },
  ],
  'transposed 2D': [({ x, w }) => convTranspose(x, w, { strides: 2 }), { x: [2, 3, 2, 2], w: [3, 3, 3, 2] }],
  'max pool 3D': [({ x }) => maxPool(x, 2), { x: [2, 4, 5, 3, 5] }],
  'max pool 2D': [({ x }) => maxPool(x, [2, 3]), { x: [2, 4, 5, 4] }],
  'average pool 3D': [({ x }) => avgPool(x, 2), { x: [1, 4, 5, 3, 2] }],
  'average pool 2D': [({ x }) => avgPool(x, [1, 3]), { x: [2, 4, 5, 2] }],
  'linear resize 3D': [({ x }) => resizeLinear(x, [5, 3, 6]), { x: [2, 4, 5, 3, 2] }],
  'linear resize 2D to size 1': [({ x }) => resizeLinear(x, [1, 7]), { x: [2, 4, 1, 5] }],
  'nearest resize 2D': [({ x }) => resizeNearest(x, [5, 6]), { x: [2, 4, 3, 2] }],
  'nearest resize 3D': [({ x }) => resizeNearest(x, [2, 6, 3]), { x: [1, 4, 3, 2, 3] }],
  'instance norm': [
    ({ x, s, o }) => normActivation(x, { scale: s, offset: o }, { kind: 'instance' }),
    { x: [2, 3, 4, 2, 6], s: [6], o: [6] },
  ],
  'instance norm without affine': [
    ({ x }) => normActivation(x, {}, { kind: 'instance', leakiness: 0.2 }),
    { x: [2, 3, 4, 5] },
  ],
  'group norm': [
    ({ x, s, o }) => normActivation(x, { scale: s, offset: o }, { kind: 'group', groups: 2 }),
    { x: [2, 3, 4, 4], s: [4], o: [4] },
  ],
  'affine and ReLU': [
    ({ x, s, o }) => normActivation(x, { scale: s, offset: o }, { kind: 'none', leakiness: 0 }),
    { x: [2, 3, 4, 5], s: [5], o: [5] },
  ],
  'norm without activation': [
    ({ x, s }) => normActivation(x, { scale: s }, { kind: 'instance', leakiness: 1 }),
    { x: [1, 3, 4, 3], s: [3] },
  ],
}

const pair = { a: [2, 3], b: [3] }
const kernels: Record<string, Case> = {
  add: [({ a, b }) => add(a, b), pair],
  'add, one axis of length 1': [({ a, b }) => add(a, b), { a: [2, 3], b: [2, 1] }],
  'add, twice the same': [({ a }) => add(a, a), { a: [3] }],
  sub: [({ a, b }) => sub(b, a), pair],
  mul: [({ a, b }) => mul(a, b), pair],
  div: [({ a, b }) => div(a, add(square(b), 1)), pair],
  squaredDifference: [({ a, b }) => squaredDifference(a, b), pair],
  maximum: [({ a, b }) => maximum(a, b), pair],
  minimum: [({ a, b }) => minimum(a, b), pair],
  pow: [({ a, b }) => pow(add(square(a), 1), b), pair],
  where: [
    ({ a, b }) =>
      where(
        tensor([
          [true, false, true],
          [false, true, true],
        ]),
        a,
        mul(b, square(a)),
      ),
    pair,
  ],
  addN: [({ a }) => addN([a, square(a), a]), { a: [4] }],
  abs: [({ a }) => abs(a), { a: [5] }],
  cast: [({ a }) => cast(a, 'float32'), { a: [5] }],
  clipByValue: [({ a }) => clipByValue(mul(a, a), 0.1, 0.9), { a: [5] }],
  exp: [({ a }) => exp(a), { a: [5] }],
  log: [({ a }) => log(add(square(a), 1)), { a: [5] }],
  neg: [({ a }) => neg(a), { a: [5] }],
  reciprocal: [({ a }) => reciprocal(add(square(a), 1)), { a: [5] }],
  relu: [({ a }) => relu(a), { a: [5] }],
  leakyRelu: [({ a }) => leakyRelu(a, 0.1), { a: [5] }],
  rsqrt: [({ a }) => rsqrt(add(square(a), 1)), { a: [5] }],
  sqrt: [({ a }) => sqrt(add(square(a), 1)), { a: [5] }],
  sigmoid: [({ a }) => sigmoid(a), { a: [5] }],
  softplus: [({ a }) => softplus(a), { a: [5] }],
  tanh: [({ a }) => tanh(a), { a: [5] }],
  softmax: [({ a }) => softmax(a), { a: [3, 4] }],
  logSoftmax: [({ a }) => logSoftmax(a), { a: [3, 4] }],
  'sum over axes': [({ a }) => sum(a, [0, 2]), { a: [2, 3, 4] }],
  'sum of all': [({ a }) => sum(square(a)), { a: [2, 3] }],
  mean: [({ a }) => mean(square(a), 1), { a: [2, 3] }],
  max: [({ a }) => max(a, 1), { a: [3, 4] }],
  min: [({ a }) => min(a, 1), { a: [3, 4] }],
  matMul: [({ a, b }) => matMul(a as Tensor2D, b as Tensor2D), { a: [2, 3], b: [3, 4] }],
  'matMul, both transposed': [({ a, b }) => matMul(a as Tensor2D, b as Tensor2D, true, true), { a: [3, 2], b: [4, 3] }],
  'matMul, batch repeated': [
    ({ a, b }) => matMul(a as Tensor3D, b as Tensor3D, false, true),
    { a: [1, 2, 3], b: [5, 4, 3] },
  ],
  'concat and split': [
    ({ a, b }) => concat(split(concat([a, b], -1), [2, 3], 1).toReversed(), 1),
    { a: [2, 3], b: [2, 2] },
  ],
  'concat along the first axis': [({ a, b }) => concat([a, b], 0), { a: [2, 3], b: [1, 3] }],
  'stack and unstack': [({ a }) => stack(unstack(a, 1).toReversed(), 0), { a: [2, 3] }],
  slice: [({ a }) => slice(a, [1, 0], [1, 2]), { a: [2, 3] }],
  pad: [
    ({ a }) =>
      pad(a, [
        [1, 0],
        [2, 1],
      ]),
    { a: [2, 3] },
  ],
  transpose: [({ a }) => transpose(a, [2, 0, 1]), { a: [2, 3, 4] }],
  reverse: [({ a }) => reverse(a, 1), { a: [2, 3] }],
  tile: [({ a }) => tile(a, [1, 2, 1, 3, 1]), { a: [1, 2, 1, 2, 2] }],
  'reshape, expandDims and squeeze': [({ a }) => squeeze(expandDims(reshape(a, [3, 2]), 0)), { a: [2, 3] }],
}

function slopesOf([run, shapes]: Case) {
  let seed = 1
  const drawn = () =>
    Object.fromEntries(
      Object.entries(shapes).map(([key, shape]) => [key, randomNormal(shape, 0.3, 1, 'float32', seed++)]),
    )
  const [weights, directions] = [drawn(), drawn()]
  const target = tidy(() => randomNormal(run(weights).shape, 0, 1, 'float32', 99))
  return directionalSlopes({ f: (values) => sum(mul(target, run(values))) as Scalar, weights, directions, step: 1e-3 })
}

describe.each(['cpu', 'wasm'] as const)('gradients on %s', (backend) => {
  beforeAll(async () => void (await startEngine({ backend })))

  it.each(Object.keys({ ...operations, ...kernels }))('of %s are those of finite differences', (name) => {
    for (const [weight, { analytic, numeric }] of Object.entries(slopesOf({ ...operations, ...kernels }[name]))) {
      expect(
        Math.abs(analytic - numeric) / (1 + Math.abs(analytic)),
        `${weight}: ${analytic} and ${numeric}`,
      ).toBeLessThan(2e-2)
    }
  })

  it.each(Object.keys(operations))('of %s leave only value and gradients behind', (name) => {
    const [run, shapes] = operations[name]
    const weights = Object.fromEntries(Object.entries(shapes).map(([key, shape]) => [key, randomNormal(shape)]))
    const before = memory().numTensors
    valueAndGradients((values) => sum(run(values)) as Scalar, weights)
    expect(memory().numTensors - before).toBe(1 + Object.keys(weights).length)
  })
})

describe('gradients on cpu', () => {
  beforeAll(async () => void (await startEngine({ backend: 'cpu' })))

  it('of gather add up where a place is read twice', () => {
    const weights = {
      a: tensor([
        [1, 2],
        [3, 4],
      ]),
    }
    const { gradients } = valueAndGradients(
      ({ a }) =>
        sum(
          mul(
            gather(a, tensor1d([1, 1, 0], 'int32'), 1),
            tensor([
              [1, 10, 100],
              [2, 20, 200],
            ]),
          ),
        ) as Scalar,
      weights,
    )
    expect([...gradients['a'].dataSync()]).toEqual([100, 11, 200, 22])
  })

  it('do not flow through labels', () => {
    const labels = oneHot(tensor1d([0, 1], 'int32'), 2)
    const { gradients } = valueAndGradients(({ a }) => sum(mul(labels, a)) as Scalar, {
      a: tensor([
        [1, 2],
        [3, 4],
      ]),
    })
    expect([...gradients['a'].dataSync()]).toEqual([1, 0, 0, 1])
  })
})
