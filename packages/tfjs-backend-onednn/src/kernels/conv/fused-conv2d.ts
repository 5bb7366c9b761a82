/**
 * Convolution with bias and activation in one pass over the result.
 *
 * A bias of one value a channel and the activations of `activation.ts` are native; the rest (a broadcast bias, PReLU) runs
 * as the cpu backend's kernel does.
 *
 * @module
 */
import type { TensorInfo } from '@tensorflow/tfjs-core'

import { activationOf } from '../activation.ts'
import { isFloat, isGiven, kernel, sizeOf, type KernelCall } from '../kernel.ts'
import { attributes2D } from './conv-attributes.ts'
import { forward } from './conv-functions.ts'
import { geometry2D } from './conv2d.ts'

/** FusedConv2D and FusedDepthwiseConv2D. */
export const kernels = [
  kernel('FusedConv2D', (call) => fused(call, false)),
  kernel('FusedDepthwiseConv2D', (call) => fused(call, true)),
]

function fused(call: KernelCall, depthwise: boolean): TensorInfo | undefined {
  const { x, filter, bias } = call.inputs
  const activation = activationOf(call.attrs)
  if (!isFloat(x) || !isFloat(filter) || activation === undefined) return undefined
  const geometry = geometry2D(call, { input: x.shape, filter: filter.shape, depthwise })
  if (isGiven(bias) && (!isFloat(bias) || sizeOf(bias) !== geometry.outChannels)) return undefined
  const groups = depthwise ? geometry.inChannels : 1
  const attributes = attributes2D(geometry, { groups, activation })
  return forward(call, { inputs: [x, filter], attributes, shape: geometry.outShape }, { bias, activation })
}
