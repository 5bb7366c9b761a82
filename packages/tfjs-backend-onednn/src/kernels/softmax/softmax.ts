/**
 * Softmax and log-softmax over the last axis, in one pass.
 *
 * @module
 */
import type { TensorInfo } from '@tensorflow/tfjs-core'

import { native } from '../../native.ts'
import { floats, isFloat, kernel, result, sizeOf, type KernelCall } from '../kernel.ts'

/** Functions of native/softmax.cc. */
export interface SoftmaxFunctions {
  softmax(rows: number, columns: number, ...arrays: [x: Float32Array, y: Float32Array]): void
  logSoftmax(rows: number, columns: number, ...arrays: [x: Float32Array, y: Float32Array]): void
}

/** Softmax, LogSoftmax. */
export const kernels = [
  kernel('Softmax', (call) => alongLastAxis(call, { name: 'softmax', axis: call.attrs['dim'] })),
  kernel('LogSoftmax', (call) => alongLastAxis(call, { name: 'logSoftmax', axis: call.attrs['axis'] })),
]

function alongLastAxis(
  call: KernelCall,
  { name, axis }: { name: keyof SoftmaxFunctions; axis: unknown },
): TensorInfo | undefined {
  const { logits } = call.inputs
  if (!isFloat(logits) || logits.shape.length === 0) return undefined
  const rank = logits.shape.length
  if (axis !== -1 && axis !== rank - 1) return undefined
  const columns = logits.shape[rank - 1]
  const y = call.backend.take(sizeOf(logits), 'float32')
  native<SoftmaxFunctions>()[name](sizeOf(logits) / columns, columns, floats(call, logits), y)
  return result(call, logits.shape, y)
}
