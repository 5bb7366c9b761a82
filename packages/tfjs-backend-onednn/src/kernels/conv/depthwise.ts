/**
 * Depthwise convolution: each input channel has its own filters, as a convolution of as many groups as channels.
 *
 * tfjs's filter [height, width, in, multiplier] lies in memory as the grouped filter [height, width, 1, in * multiplier].
 *
 * @module
 */
import type { backend_util } from '@tensorflow/tfjs-core'

import { expectShape, isFloat, kernel, type KernelCall } from '../kernel.ts'
import { attributes2D } from './conv-attributes.ts'
import { filterGradient, forward, inputGradient } from './conv-functions.ts'
import { geometry2D } from './conv2d.ts'

/** DepthwiseConv2dNative and both its gradients. */
export const kernels = [
  kernel('DepthwiseConv2dNative', (call) => {
    const { x, filter } = call.inputs
    if (!isFloat(x) || !isFloat(filter)) return undefined
    const geometry = depthwiseGeometry(call, { input: x.shape, filter: filter.shape })
    return forward(call, { inputs: [x, filter], attributes: grouped(geometry), shape: geometry.outShape })
  }),
  kernel('DepthwiseConv2dNativeBackpropInput', (call) => {
    const { dy, filter } = call.inputs
    if (!isFloat(dy) || !isFloat(filter)) return undefined
    const shape = call.attrs['inputShape'] as number[]
    const geometry = depthwiseGeometry(call, { input: shape, filter: filter.shape })
    expectShape('DepthwiseConv2dNativeBackpropInput: dy', dy, geometry.outShape)
    return inputGradient(call, { inputs: [dy, filter], attributes: grouped(geometry), shape })
  }),
  kernel('DepthwiseConv2dNativeBackpropFilter', (call) => {
    const { x, dy } = call.inputs
    if (!isFloat(x) || !isFloat(dy)) return undefined
    const shape = call.attrs['filterShape'] as number[]
    const geometry = depthwiseGeometry(call, { input: x.shape, filter: shape })
    expectShape('DepthwiseConv2dNativeBackpropFilter: dy', dy, geometry.outShape)
    return filterGradient(call, { inputs: [x, dy], attributes: grouped(geometry), shape })
  }),
]

function depthwiseGeometry(call: KernelCall, shapes: { input: number[]; filter: number[] }): backend_util.Conv2DInfo {
  return geometry2D(call, { ...shapes, depthwise: true })
}

function grouped(geometry: backend_util.Conv2DInfo): Int32Array | undefined {
  return attributes2D(geometry, { groups: geometry.inChannels })
}
