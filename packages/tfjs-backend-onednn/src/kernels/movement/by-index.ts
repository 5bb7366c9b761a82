/**
 * Elements by index, and indices as one-hot rows.
 *
 * @module
 */
import { backend_util, util, type DataType, type TensorInfo } from '@tensorflow/tfjs-core'

import { native } from '../../native.ts'
import { elements, isPlain, pooledType } from '../elements.ts'
import { ints, kernel, result, sizeOf, type KernelCall } from '../kernel.ts'
import type { MovementFunctions } from './functions.ts'

/** GatherV2, OneHot. */
export const kernels = [kernel('GatherV2', gather), kernel('OneHot', oneHot)]

/** The addon checks every index and throws the cpu backend's error. */
function gather(call: KernelCall): TensorInfo | undefined {
  const { x, indices } = call.inputs
  if (!isPlain(x) || !isPlain(indices) || indices.dtype !== 'int32') return undefined
  const [axis] = util.parseAxisParam(call.attrs['axis'] as number, x.shape)
  const batchDims = (call.attrs['batchDims'] ?? 0) as number
  const info = backend_util.segment_util.collectGatherOpShapeInfo(x as never, indices as never, axis, batchDims)
  const { batchSize, outerSize, dimSize, sliceSize } = info
  const out = call.backend.take(sizeOf({ shape: info.outputShape }), x.dtype as 'float32')
  const attributes = Int32Array.of(batchSize, outerSize, dimSize, sizeOf(indices) / batchSize, sliceSize)
  native<MovementFunctions>().gather(attributes, elements(call, x), ints(call, indices), out)
  return result(call, info.outputShape, out)
}

function oneHot(call: KernelCall): TensorInfo | undefined {
  const { indices } = call.inputs
  const { dtype, depth, onValue, offValue } = call.attrs as {
    dtype: DataType
    depth: number
    onValue: number
    offValue: number
  }
  const type = pooledType(dtype)
  if (!isPlain(indices) || indices.dtype !== 'int32' || type === undefined) return undefined
  const out = call.backend.take(sizeOf(indices) * depth, type)
  native<MovementFunctions>().oneHot(depth, onValue, offValue, ints(call, indices), out)
  return result(call, [...indices.shape, depth], out)
}
