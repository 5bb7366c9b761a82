/**
 * Choice between two tensors of one shape, element by element.
 *
 * `tf.where` broadcasts before it calls this kernel. A condition of another shape goes to the cpu backend.
 *
 * @module
 */
import { util } from '@tensorflow/tfjs-core'

import { native } from '../../native.ts'
import type { ElementwiseFunctions } from '../elementwise/functions.ts'
import { elements, isPlain, pooledType } from '../elements.ts'
import { bools, kernel, result, sizeOf } from '../kernel.ts'

/** Select. */
export const kernels = [
  kernel('Select', (call) => {
    const { condition, t, e } = call.inputs
    const shapesAgree = util.arraysEqual(condition.shape, t.shape) && util.arraysEqual(t.shape, e.shape)
    const type = pooledType(t.dtype)
    if (!isPlain(t) || type === undefined || t.dtype !== e.dtype || condition.dtype !== 'bool' || !shapesAgree)
      return undefined
    const out = call.backend.take(sizeOf(t), type)
    native<ElementwiseFunctions>().select(bools(call, condition), elements(call, t), elements(call, e), out)
    return result(call, t.shape, out)
  }),
]
