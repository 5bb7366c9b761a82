/**
 * Matrix products, plain and with bias and activation.
 *
 * @module
 */
import type { TensorInfo } from '@tensorflow/tfjs-core'

import { native } from '../../native.ts'
import { activationOf } from '../activation.ts'
import { floats, isFloat, isGiven, kernel, result, sizeOf, type KernelCall } from '../kernel.ts'
import { productOf } from './matmul-attributes.ts'

/** Checks that its arrays hold what `attributes` implies before it reads or writes. */
interface MatmulFunctions {
  matmul(
    ...call: [
      attributes: Int32Array,
      a: Float32Array,
      b: Float32Array,
      bias: Float32Array | null,
      c: Float32Array,
      alpha: number,
    ]
  ): void
}

/** BatchMatMul and _FusedMatMul. */
export const kernels = [kernel('BatchMatMul', multiply), kernel('_FusedMatMul', multiply)]

function multiply(call: KernelCall): TensorInfo | undefined {
  const { a, b, bias } = call.inputs
  const activation = activationOf(call.attrs)
  if (!isFloat(a) || !isFloat(b) || activation === undefined || isGiven(call.inputs['preluActivationWeights']))
    return undefined
  const transposeA = call.attrs['transposeA'] === true
  const product = productOf(
    { a: a.shape, b: b.shape },
    { transposeA, transposeB: call.attrs['transposeB'] === true, activation },
  )
  if (product === undefined) return undefined
  const { attributes, shape } = product
  if (isGiven(bias) && !(isFloat(bias) && isRow(bias, shape))) return undefined
  const c = call.backend.take(sizeOf({ shape }), 'float32')
  native<MatmulFunctions>().matmul(
    attributes,
    floats(call, a),
    floats(call, b),
    bias ? floats(call, bias) : null,
    c,
    activation.alpha,
  )
  return result(call, shape, c)
}

// One value a column, the same for every row.
function isRow(bias: TensorInfo, shape: readonly number[]): boolean {
  return sizeOf(bias) === shape.at(-1) && bias.shape.at(-1) === shape.at(-1)
}
