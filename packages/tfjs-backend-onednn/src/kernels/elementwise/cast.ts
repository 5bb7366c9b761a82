/**
 * Conversion between float32, int32 and bool.
 *
 * The cpu backend leaves the elements as they are where nothing is lost, int32 to float32 say; here they are converted, so
 * that an array's type always matches its tensor's.
 *
 * @module
 */
import type { DataType } from '@tensorflow/tfjs-core'

import { native } from '../../native.ts'
import { elements, isPlain, pooledType } from '../elements.ts'
import { kernel, result, sizeOf } from '../kernel.ts'
import type { ElementwiseFunctions } from './functions.ts'

/** Cast. */
export const kernels = [
  kernel('Cast', (call) => {
    const { x } = call.inputs
    const type = pooledType(call.attrs['dtype'] as DataType)
    if (!isPlain(x) || type === undefined || type === x.dtype) return undefined
    const y = call.backend.take(sizeOf(x), type)
    native<ElementwiseFunctions>().cast(elements(call, x), y)
    return result(call, x.shape, y)
  }),
]
