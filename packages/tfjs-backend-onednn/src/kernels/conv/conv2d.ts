/**
 * Convolution in two dimensions and both its gradients; a one-dimensional one arrives here with a height of 1.
 *
 * The input gradient is also the transposed convolution. tfjs gives the gradients no dilation; here they take `dilations`.
 *
 * @module
 */
import { backend_util } from '@tensorflow/tfjs-core'

import { expectShape, isFloat, kernel, type KernelCall } from '../kernel.ts'
import { attributes2D } from './conv-attributes.ts'
import { filterGradient, forward, inputGradient } from './conv-functions.ts'

type Shape4 = [number, number, number, number]
type Padding = 'same' | 'valid' | number

/** Conv2D, Conv2DBackpropInput, Conv2DBackpropFilter. */
export const kernels = [
  kernel('Conv2D', (call) => {
    const { x, filter } = call.inputs
    if (!isFloat(x) || !isFloat(filter)) return undefined
    const geometry = geometry2D(call, { input: x.shape, filter: filter.shape })
    return forward(call, { inputs: [x, filter], attributes: attributes2D(geometry), shape: geometry.outShape })
  }),
  kernel('Conv2DBackpropInput', (call) => {
    const { dy, filter } = call.inputs
    if (!isFloat(dy) || !isFloat(filter)) return undefined
    const shape = call.attrs['inputShape'] as number[]
    const geometry = geometry2D(call, { input: shape, filter: filter.shape })
    expectShape('Conv2DBackpropInput: dy', dy, geometry.outShape)
    return inputGradient(call, { inputs: [dy, filter], attributes: attributes2D(geometry), shape })
  }),
  kernel('Conv2DBackpropFilter', (call) => {
    const { x, dy } = call.inputs
    if (!isFloat(x) || !isFloat(dy)) return undefined
    const shape = call.attrs['filterShape'] as number[]
    const geometry = geometry2D(call, { input: x.shape, filter: shape })
    expectShape('Conv2DBackpropFilter: dy', dy, geometry.outShape)
    return filterGradient(call, { inputs: [x, dy], attributes: attributes2D(geometry), shape })
  }),
]

/** Which tensors a convolution works on, and whether each input channel has filters of its own. */
export interface Shapes2D {
  readonly input: number[]
  readonly filter: number[]
  readonly depthwise?: boolean
}

/** tfjs's geometry of a two-dimensional convolution. */
export function geometry2D(
  { attrs }: KernelCall,
  { input, filter, depthwise = false }: Shapes2D,
): backend_util.Conv2DInfo {
  const format = depthwise
    ? 'channelsLast'
    : backend_util.convertConv2DDataFormat((attrs['dataFormat'] ?? 'NHWC') as 'NHWC')
  return backend_util.computeConv2DInfo(
    input as Shape4,
    filter as Shape4,
    attrs['strides'] as number,
    (attrs['dilations'] ?? 1) as number,
    attrs['pad'] as Padding,
    attrs['dimRoundingMode'] as 'floor' | undefined,
    depthwise,
    format,
  )
}
