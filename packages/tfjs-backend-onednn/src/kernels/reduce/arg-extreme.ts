/**
 * Positions of the largest or smallest elements along one axis, the first of equals.
 *
 * As in the cpu backend, NaN wins only where it comes first.
 *
 * @module
 */
import { util, type TensorInfo } from '@tensorflow/tfjs-core'

import { native } from '../../native.ts'
import { elements, isPlain } from '../elements.ts'
import { kernel, result, sizeOf, type KernelCall } from '../kernel.ts'
import type { ReduceFunctions } from './functions.ts'

/** ArgMax, ArgMin. */
export const kernels = [
  kernel('ArgMax', (call) => argExtreme(call, 1)),
  kernel('ArgMin', (call) => argExtreme(call, 0)),
]

function argExtreme(call: KernelCall, largest: 0 | 1): TensorInfo | undefined {
  const { x } = call.inputs
  if (!isPlain(x)) return undefined
  const axes = util.parseAxisParam(call.attrs['axis'] as number, x.shape)
  if (axes.length !== 1) return undefined
  const [axis] = axes
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)]
  const [outer, inner] = [util.sizeFromShape(before), util.sizeFromShape(after)]
  const out = call.backend.take(sizeOf({ shape: [outer, inner] }), 'int32')
  native<ReduceFunctions>().argExtreme(largest, outer, x.shape[axis], inner, elements(call, x), out)
  return result(call, [...before, ...after], out)
}
