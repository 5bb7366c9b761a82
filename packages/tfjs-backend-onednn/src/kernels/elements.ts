/**
 * Typed access to tensors of any dtype that has a plain array behind it.
 *
 * @module
 */
import { util, type DataType, type TensorInfo } from '@tensorflow/tfjs-core'

import type { PooledType, TensorArray } from '../buffer-pool.ts'
import { bools, floats, ints, type KernelCall } from './kernel.ts'

/** The dtype as the pool knows it; undefined for strings and complex numbers, which native kernels leave alone. */
export function pooledType(dtype: DataType | undefined): PooledType | undefined {
  return dtype === 'float32' || dtype === 'int32' || dtype === 'bool' ? dtype : undefined
}

/** The elements of a tensor in the array of its dtype, which is not a string or complex one. */
export function elements(call: KernelCall, info: TensorInfo): TensorArray {
  if (info.dtype === 'int32') return ints(call, info)
  return info.dtype === 'bool' ? bools(call, info) : floats(call, info)
}

/** True for a tensor with at least one element of a dtype that the pool holds. */
export function isPlain(info: TensorInfo | undefined): info is TensorInfo {
  return info !== undefined && pooledType(info.dtype) !== undefined && util.sizeFromShape(info.shape) > 0
}

/** Tensors of a kernel whose inputs are a list. */
export function listed({ inputs }: KernelCall): TensorInfo[] {
  return Object.values(inputs)
}
