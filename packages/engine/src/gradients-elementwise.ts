/**
 * Gradients of the elementwise kernels.
 *
 * The published Node bundle of tfjs-core holds the tape but no gradient, and the file that registers them cannot be
 * loaded by Node's module loader, so the derivatives used by training are written here. Where a kernel broadcasts, the
 * gradient is summed back to the shape of the input. A gradient is always a new tensor: the tape frees what it has added up.
 *
 * @module
 */
import {
  add,
  cast,
  clone,
  cos,
  div,
  greater,
  greaterEqual,
  less,
  lessEqual,
  log,
  logicalAnd,
  mul,
  neg,
  pow,
  sigmoid,
  sign,
  sin,
  square,
  step,
  sub,
  where,
  zerosLike,
  type Tensor,
} from '@tensorflow/tfjs-core'

import { sumTo } from './sum-to.ts'
import { type GradientRule, binary, unary } from './gradient-rule.ts'

const maskOf = (condition: Tensor): Tensor => cast(condition, 'float32')

/** Rules by kernel name. */
export const elementwiseGradients: Readonly<Record<string, GradientRule>> = {
  Abs: unary((dy, { x }) => mul(dy, sign(x))),
  Cast: unary((dy) => clone(cast(dy, 'float32')), []),
  Cos: unary((dy, { x }) => neg(mul(dy, sin(x)))),
  Sin: unary((dy, { x }) => mul(dy, cos(x))),
  Exp: unary((dy, { y }) => mul(dy, y), ['y']),
  Identity: unary((dy) => clone(dy), []),
  LeakyRelu: unary((dy, { x, attributes }) => mul(dy, step(x, attributes['alpha'] as number))),
  Log: unary((dy, { x }) => div(dy, x)),
  Log1p: unary((dy, { x }) => div(dy, add(x, 1))),
  Neg: unary((dy) => neg(dy), []),
  Reciprocal: unary((dy, { x }) => neg(div(dy, square(x)))),
  Relu: unary((dy, { x }) => mul(dy, step(x))),
  Rsqrt: unary((dy, { x, y }) => mul(dy, div(y, mul(x, -2))), ['x', 'y']),
  Sigmoid: unary((dy, { y }) => mul(dy, mul(y, sub(1, y))), ['y']),
  Softplus: unary((dy, { x }) => mul(dy, sigmoid(x))),
  Sqrt: unary((dy, { y }) => div(dy, mul(y, 2)), ['y']),
  Square: unary((dy, { x }) => mul(dy, mul(x, 2))),
  Tanh: unary((dy, { y }) => mul(dy, sub(1, square(y))), ['y']),
  // Flat almost everywhere.
  ...Object.fromEntries(
    ['Ceil', 'Floor', 'Round', 'Sign', 'Step', 'OnesLike', 'ZerosLike'].map((name) => [
      name,
      unary((dy) => zerosLike(dy), []),
    ]),
  ),
  ClipByValue: unary((dy, { x, attributes }) => {
    const { clipValueMin, clipValueMax } = attributes as { clipValueMin: number; clipValueMax: number }
    return mul(dy, maskOf(logicalAnd(greaterEqual(x, clipValueMin), lessEqual(x, clipValueMax))))
  }),
  Add: binary({ a: (dy) => clone(dy), b: (dy) => clone(dy) }),
  Sub: binary({ a: (dy) => clone(dy), b: (dy) => neg(dy) }),
  Multiply: binary({ a: (dy, { b }) => mul(dy, b), b: (dy, { a }) => mul(dy, a) }),
  RealDiv: binary({ a: (dy, { b }) => div(dy, b), b: (dy, { a, b }) => neg(div(mul(dy, a), square(b))) }),
  SquaredDifference: binary({
    a: (dy, { a, b }) => mul(dy, mul(sub(a, b), 2)),
    b: (dy, { a, b }) => mul(dy, mul(sub(b, a), 2)),
  }),
  Maximum: binary({
    a: (dy, { a, b }) => mul(dy, maskOf(greaterEqual(a, b))),
    b: (dy, { a, b }) => mul(dy, maskOf(less(a, b))),
  }),
  Minimum: binary({
    a: (dy, { a, b }) => mul(dy, maskOf(lessEqual(a, b))),
    b: (dy, { a, b }) => mul(dy, maskOf(greater(a, b))),
  }),
  Pow: binary({
    a: (dy, { a, b }) => mul(dy, mul(b, pow(a, sub(b, 1)))),
    b: (dy, { a, b }) => mul(dy, mul(pow(a, b), where(greater(a, 0), log(a), zerosLike(a)))),
  }),
  Select: {
    inputsToSave: ['condition', 't', 'e'],
    gradFunc: (dy, [condition, t, e]) => ({
      condition: () => zerosLike(dy),
      t: () => sumTo(where(condition, dy, zerosLike(dy)), t.shape),
      e: () => sumTo(where(condition, zerosLike(dy), dy), e.shape),
    }),
  },
}
