/**
 * Convolution in two dimensions and both its gradients.
 *
 * The input gradient is also the transposed convolution. tfjs gives the gradients no dilation; here they take `dilations`.
 *
 * @module
 */
import { backend_util } from '@tensorflow/tfjs-core'

import { native } from '../../native.ts'
import { floats, isFloat, kernel, result, sizeOf, type KernelCall } from '../kernel.ts'
import { attributes2D } from './conv-attributes.ts'
import type { ConvFunctions } from './conv-functions.ts'

type Shape4 = [number, number, number, number]
type Padding = 'same' | 'valid' | number

/** Conv2D, Conv2DBackpropInput, Conv2DBackpropFilter. */
export const kernels = [
  kernel('Conv2D', (call) => {
    const { x, filter } = call.inputs
    if (!isFloat(x) || !isFloat(filter)) return undefined
    const geometry = geometryOf(call, { input: x.shape, filter: filter.shape })
    const attributes = attributes2D(geometry)
    if (attributes === undefined) return undefined
    const y = call.backend.take(sizeOf({ shape: geometry.outShape }), 'float32')
    native<ConvFunctions>().convForward(attributes, floats(call, x), floats(call, filter), null, y)
    return result(call, geometry.outShape, y)
  }),
  kernel('Conv2DBackpropInput', (call) => {
    const { dy, filter } = call.inputs
    if (!isFloat(dy) || !isFloat(filter)) return undefined
    const shape = call.attrs['inputShape'] as number[]
    const attributes = attributes2D(geometryOf(call, { input: shape, filter: filter.shape }))
    if (attributes === undefined) return undefined
    const dx = call.backend.take(sizeOf({ shape }), 'float32')
    native<ConvFunctions>().convBackwardInput(attributes, floats(call, dy), floats(call, filter), dx)
    return result(call, shape, dx)
  }),
  kernel('Conv2DBackpropFilter', (call) => {
    const { x, dy } = call.inputs
    if (!isFloat(x) || !isFloat(dy)) return undefined
    const shape = call.attrs['filterShape'] as number[]
    const attributes = attributes2D(geometryOf(call, { input: x.shape, filter: shape }))
    if (attributes === undefined) return undefined
    const dfilter = call.backend.take(sizeOf({ shape }), 'float32')
    native<ConvFunctions>().convBackwardFilter(attributes, floats(call, x), floats(call, dy), dfilter)
    return result(call, shape, dfilter)
  }),
]

function geometryOf({ attrs }: KernelCall, shapes: { input: number[]; filter: number[] }): backend_util.Conv2DInfo {
  return backend_util.computeConv2DInfo(
    shapes.input as Shape4,
    shapes.filter as Shape4,
    attrs['strides'] as number,
    (attrs['dilations'] ?? 1) as number,
    attrs['pad'] as Padding,
    attrs['dimRoundingMode'] as 'floor' | undefined,
    false,
    backend_util.convertConv2DDataFormat((attrs['dataFormat'] ?? 'NHWC') as 'NHWC'),
  )
}
