/**
 * Sums, means, products and extremes over any axes.
 *
 * dtypes follow the cpu backend: a sum or product of bool is int32, a mean is float32, an extreme keeps its dtype. Sums
 * are kept in double precision. A mean divides the sum once, where the cpu backend divides every element.
 *
 * @module
 */
import { backend_util, util, type KernelConfig, type TensorInfo } from '@tensorflow/tfjs-core'

import type { PooledType } from '../../buffer-pool.ts'
import { native } from '../../native.ts'
import { elements, isPlain } from '../elements.ts'
import { kernel, result, sizeOf, type KernelCall } from '../kernel.ts'
import { reductionNames, type ReduceFunctions } from './functions.ts'

type Reduction = (typeof reductionNames)[number]

/** Sum, Mean, Prod, Max, Min, All, Any. */
export const kernels: readonly KernelConfig[] = [
  ...reductionNames.map((name) => kernel(name, (call) => reduce(call, name))),
  kernel('All', (call) => (call.inputs['x'].dtype === 'bool' ? reduce(call, 'Min') : undefined)),
  kernel('Any', (call) => (call.inputs['x'].dtype === 'bool' ? reduce(call, 'Max') : undefined)),
]

function reduce(call: KernelCall, name: Reduction): TensorInfo | undefined {
  const { x } = call.inputs
  if (!isPlain(x)) return undefined
  const axes = util.parseAxisParam((call.attrs['reductionIndices'] ?? call.attrs['axis']) as number[], x.shape)
  const attributes = attributesOf(x.shape, axes)
  if (attributes === undefined) return undefined
  const [shape] = backend_util.computeOutAndReduceShapes(x.shape, axes)
  const out = call.backend.take(sizeOf({ shape }), typeOf(name, x))
  native<ReduceFunctions>().reduce(reductionNames.indexOf(name), attributes, elements(call, x), out)
  return result(call, call.attrs['keepDims'] === true ? backend_util.expandShapeToKeepDim(shape, axes) : shape, out)
}

function typeOf(name: Reduction, { dtype }: TensorInfo): PooledType {
  if (name === 'Mean') return 'float32'
  const keeps = dtype !== 'bool' || name === 'Max' || name === 'Min'
  return keeps ? (dtype as PooledType) : 'int32'
}

/** Undefined for what the addon does not take: a rank above 16, an axis named twice. */
function attributesOf(shape: readonly number[], axes: readonly number[]): Int32Array | undefined {
  if (shape.length > 16 || new Set(axes).size < axes.length) return undefined
  const attributes = Int32Array.of(shape.length, ...shape, ...shape.map(() => 0))
  for (const axis of axes) attributes[1 + shape.length + axis] = 1
  return attributes
}
