/**
 * Tensors of one value.
 *
 * @module
 */
import { util, type DataType, type TensorInfo } from '@tensorflow/tfjs-core'

import { pooledType } from '../elements.ts'
import { kernel, result, sizeOf, type KernelCall } from '../kernel.ts'

/** Fill, ZerosLike, OnesLike. */
export const kernels = [
  kernel('Fill', (call) => {
    const { shape, value, dtype } = call.attrs as { shape: number[]; value: number | string; dtype?: DataType }
    return typeof value === 'string'
      ? undefined
      : filled(call, { shape, value, dtype: dtype ?? util.inferDtype(value) })
  }),
  kernel('ZerosLike', (call) => filled(call, { ...call.inputs['x'], value: 0 })),
  kernel('OnesLike', (call) => filled(call, { ...call.inputs['x'], value: 1 })),
]

interface Filling {
  readonly shape: number[]
  readonly dtype: DataType
  readonly value: number
}

function filled(call: KernelCall, { shape, dtype, value }: Filling): TensorInfo | undefined {
  const type = pooledType(dtype)
  return type && result(call, shape, call.backend.take(sizeOf({ shape }), type).fill(value))
}
