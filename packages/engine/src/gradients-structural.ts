/**
 * Gradients of the kernels that reduce, move or multiply: sums, softmax, reshapes, slices, matrix products.
 *
 * @module
 */
import {
  cast,
  clone,
  concat,
  div,
  equal,
  exp,
  matMul,
  mul,
  ones,
  pad,
  reshape,
  reverse,
  slice,
  split,
  stack,
  sub,
  sum,
  transpose,
  unsortedSegmentSum,
  unstack,
  zeros,
  zerosLike,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core'

import { sumTo } from './sum-to.ts'
import { unary, type GradientRule } from './gradient-rule.ts'

/** Rules by kernel name. */
export const structuralGradients: Readonly<Record<string, GradientRule>> = {
  BatchMatMul: {
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b], { transposeA, transposeB }) => ({
      a: () =>
        sumTo(transposeA ? matMul(b, dy, Boolean(transposeB), true) : matMul(dy, b, false, !transposeB), a.shape),
      b: () =>
        sumTo(transposeB ? matMul(dy, a, true, Boolean(transposeA)) : matMul(a, dy, !transposeA, false), b.shape),
    }),
  },
  AddN: { saveAllInputs: true, gradFunc: (dy, saved) => saved.map(() => () => clone(dy)) },
  Concat: {
    saveAllInputs: true,
    gradFunc: (dy, saved, { axis }) => {
      const along = positive(axis as number, saved[0].rank)
      const parts = split(
        dy,
        saved.map((part) => part.shape[along]),
        along,
      )
      return parts.map((part) => () => part)
    },
  },
  ExpandDims: { inputsToSave: ['input'], gradFunc: (dy, [input]) => ({ input: () => reshape(dy, input.shape) }) },
  GatherV2: { inputsToSave: ['x', 'indices'], gradFunc: gatherGradient },
  LogSoftmax: {
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({ logits: () => sub(dy, mul(sum(dy, -1, true), exp(y))) }),
  },
  Max: unary(
    (dy, { x, y, attributes }) => extremumGradient(dy, { x, y, axes: attributes['reductionIndices'] }),
    ['x', 'y'],
  ),
  Min: unary((dy, { x, y, attributes }) => extremumGradient(dy, { x, y, axes: attributes['axis'] }), ['x', 'y']),
  Mean: unary((dy, { x, attributes }) => {
    const axes = axesOf(attributes['axis'], x.rank)
    const count = axes.reduce((product, axis) => product * x.shape[axis], 1)
    return spread(div(dy, count), x.shape, axes)
  }),
  OneHot: { inputsToSave: ['indices'], gradFunc: (_dy, [indices]) => ({ indices: () => zeros(indices.shape) }) },
  Pack: {
    saveAllInputs: true,
    gradFunc: (dy, _saved, { axis }) => unstack(dy, axis as number).map((part) => () => part),
  },
  PadV2: unary((dy, { x, attributes }) =>
    slice(
      dy,
      (attributes['paddings'] as number[][]).map(([before]) => before),
      x.shape,
    ),
  ),
  Reshape: unary((dy, { x }) => reshape(dy, x.shape)),
  Reverse: unary((dy, { attributes }) => reverse(dy, attributes['dims'] as number[]), []),
  Slice: unary((dy, { x, attributes }) => {
    const { begin } = attributes as { begin: number | number[] }
    const starts = typeof begin === 'number' ? [begin] : begin
    return pad(
      dy,
      x.shape.map((length, axis) => [starts[axis] ?? 0, length - (starts[axis] ?? 0) - dy.shape[axis]]),
    )
  }),
  Softmax: {
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({
      logits: () => {
        const weighted = mul(dy, y)
        return sub(weighted, mul(sum(weighted, -1, true), y))
      },
    }),
  },
  SplitV: { gradFunc: (dy, _saved, { axis }) => ({ x: () => concat(dy as unknown as Tensor[], axis as number) }) },
  Sum: unary((dy, { x, attributes }) => spread(dy, x.shape, axesOf(attributes['axis'], x.rank))),
  Tile: unary((dy, { x, attributes }) => {
    const reps = attributes['reps'] as number[]
    return reshape(
      sum(
        reshape(
          dy,
          x.shape.flatMap((size, axis) => [reps[axis], size]),
        ),
        x.shape.map((_, axis) => 2 * axis),
      ),
      x.shape,
    )
  }),
  Transpose: unary((dy, { attributes }) => {
    const permutation = attributes['perm'] as number[]
    return transpose(
      dy,
      permutation.map((_, axis) => permutation.indexOf(axis)),
    )
  }, []),
  Unpack: { gradFunc: (dy, _saved, { axis }) => ({ value: () => stack(dy as unknown as Tensor[], axis as number) }) },
}

function positive(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis
}

function axesOf(axis: unknown, rank: number): number[] {
  if (axis === undefined || axis === null) return Array.from({ length: rank }, (_, index) => index)
  return (Array.isArray(axis) ? (axis as number[]) : [axis as number]).map((item) => positive(item, rank))
}

function keptShape(shape: readonly number[], axes: readonly number[]): number[] {
  return shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
}

function spread(dy: Tensor, shape: number[], axes: readonly number[]): Tensor {
  return mul(reshape(dy, keptShape(shape, axes)), ones(shape))
}

// Ties share the gradient with full weight each, as tfjs does.
function extremumGradient(dy: Tensor, { x, y, axes }: { x: Tensor; y: Tensor; axes: unknown }): Tensor {
  const kept = keptShape(x.shape, axesOf(axes, x.rank))
  return mul(reshape(dy, kept), cast(equal(x, reshape(y, kept)), 'float32'))
}

function gatherGradient(
  dy: Tensor,
  [x, indices]: Tensor[],
  { axis }: Record<string, unknown>,
): Record<string, () => Tensor> {
  const along = positive(axis as number, x.rank)
  const permutation = [along, ...x.shape.map((_, index) => index).filter((index) => index !== along)]
  const backward = (): Tensor => {
    const outer = x.shape.slice(0, along)
    const inner = x.shape.slice(along + 1)
    const rows = transpose(reshape(dy, [...outer, indices.size, ...inner]), permutation)
    const summed = unsortedSegmentSum(rows, reshape(indices, [indices.size]) as Tensor1D, x.shape[along])
    return transpose(
      summed,
      permutation.map((_, index) => permutation.indexOf(index)),
    )
  }
  return { x: backward, indices: () => zerosLike(indices) }
}
