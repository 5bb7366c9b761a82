/**
 * Convolution in three dimensions and both its gradients.
 *
 * The input gradient is also the transposed convolution, for which tfjs has no gradient: `gradient-conv3d.ts` adds it.
 *
 * @module
 */
import { backend_util } from '@tensorflow/tfjs-core'

import { expectShape, isFloat, kernel, type KernelCall } from '../kernel.ts'
import { attributes3D } from './conv-attributes.ts'
import { filterGradient, forward, inputGradient } from './conv-functions.ts'

type Shape5 = [number, number, number, number, number]

/** Conv3D, Conv3DBackpropInputV2, Conv3DBackpropFilterV2. */
export const kernels = [
  kernel('Conv3D', (call) => {
    const { x, filter } = call.inputs
    if (!isFloat(x) || !isFloat(filter)) return undefined
    const geometry = geometry3D(call, { input: x.shape, filter: filter.shape })
    return forward(call, { inputs: [x, filter], attributes: attributes3D(geometry), shape: geometry.outShape })
  }),
  kernel('Conv3DBackpropInputV2', (call) => {
    const { dy, filter } = call.inputs
    if (!isFloat(dy) || !isFloat(filter)) return undefined
    const shape = call.attrs['inputShape'] as number[]
    const geometry = geometry3D(call, { input: shape, filter: filter.shape })
    expectShape('Conv3DBackpropInputV2: dy', dy, geometry.outShape)
    return inputGradient(call, { inputs: [dy, filter], attributes: attributes3D(geometry), shape })
  }),
  kernel('Conv3DBackpropFilterV2', (call) => {
    const { x, dy } = call.inputs
    if (!isFloat(x) || !isFloat(dy)) return undefined
    const shape = call.attrs['filterShape'] as number[]
    const geometry = geometry3D(call, { input: x.shape, filter: shape })
    expectShape('Conv3DBackpropFilterV2: dy', dy, geometry.outShape)
    return filterGradient(call, { inputs: [x, dy], attributes: attributes3D(geometry), shape })
  }),
]

function geometry3D(
  { attrs }: KernelCall,
  { input, filter }: { input: number[]; filter: number[] },
): backend_util.Conv3DInfo {
  return backend_util.computeConv3DInfo(
    input as Shape5,
    filter as Shape5,
    attrs['strides'] as [number, number, number],
    (attrs['dilations'] ?? 1) as [number, number, number],
    attrs['pad'] as 'same' | 'valid',
  )
}
