/**
 * Tensors joined along an axis, existing (Concat) or new (Pack).
 *
 * @module
 */
import { backend_util, util, type TensorInfo } from '@tensorflow/tfjs-core'

import { elements, isPlain, listed } from '../elements.ts'
import { kernel, result, sizeOf, type KernelCall } from '../kernel.ts'
import { copyBox } from './copy-box.ts'

/** Concat, Pack. */
export const kernels = [
  kernel('Concat', (call) => {
    const inputs = listed(call)
    const [axis] = util.parseAxisParam(call.attrs['axis'] as number, inputs[0].shape)
    const shapes = inputs.map(({ shape }) => shape)
    backend_util.assertParamsConsistent(shapes, axis)
    const parts = inputs.filter((info) => sizeOf(info) > 0)
    if (parts.length < 2) return undefined
    return join(call, parts, { axis, shape: backend_util.computeOutShape(shapes, axis) })
  }),
  kernel('Pack', (call) => {
    const parts = listed(call)
    const { shape } = parts[0]
    const alike = parts.every((info) => util.arraysEqual(info.shape, shape))
    const given = call.attrs['axis'] as number
    const axis = given < 0 ? given + shape.length + 1 : given
    if (parts.length < 2 || !alike) return undefined
    return join(call, parts, { axis, shape: shape.toSpliced(axis, 0, parts.length) })
  }),
]

interface Joint {
  readonly axis: number
  readonly shape: readonly number[]
}

/** Lays the parts' blocks of trailing axes one after the other; undefined where dtypes differ. */
function join(call: KernelCall, parts: readonly TensorInfo[], { axis, shape }: Joint): TensorInfo | undefined {
  const { dtype } = parts[0]
  if (!parts.every((info) => isPlain(info) && info.dtype === dtype)) return undefined
  const to = call.backend.take(sizeOf({ shape }), dtype as 'float32')
  const outer = util.sizeFromShape(shape.slice(0, axis))
  const step = to.length / outer
  let toOffset = 0
  for (const info of parts) {
    const size = sizeOf(info) / outer
    const axes = [
      { size: outer, from: size, to: step },
      { size, from: 1, to: 1 },
    ]
    copyBox({ from: elements(call, info), to }, { axes, toOffset })
    toOffset += size
  }
  return result(call, shape, to)
}
