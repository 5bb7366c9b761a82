/**
 * Maximum and average pooling in two and three dimensions, and their gradients.
 *
 * The gradient of an average follows the forward pass: a window that reaches into padding is averaged over what lies inside the
 * input, forward and backward. (The cpu backend divides by the whole window in the gradient only.) Windows of one element
 * that leave the shape as it is return their input, whatever the strides, as the cpu backend's do in two dimensions.
 *
 * @module
 */
import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core'

import { native } from '../../native.ts'
import { expectShape, floats, isFloat, kernel, result, sizeOf, type KernelCall } from '../kernel.ts'
import { poolAttributes2D, poolAttributes3D } from './pool-attributes.ts'

/** Each checks that its arrays hold what `attributes` implies before it reads or writes. */
interface PoolFunctions {
  maxPool(attributes: Int32Array, x: Float32Array, y: Float32Array): void
  avgPool(attributes: Int32Array, x: Float32Array, y: Float32Array): void
  maxPoolGrad(...call: [attributes: Int32Array, x: Float32Array, dy: Float32Array, dx: Float32Array]): void
  avgPoolGrad(attributes: Int32Array, dy: Float32Array, dx: Float32Array): void
}

type Dimensions = 2 | 3

/** MaxPool, AvgPool, their three-dimensional forms and gradients. */
export const kernels = [
  kernel('MaxPool', (call) => forward(call, { dimensions: 2, name: 'maxPool' })),
  kernel('MaxPool3D', (call) => forward(call, { dimensions: 3, name: 'maxPool' })),
  kernel('AvgPool', (call) => forward(call, { dimensions: 2, name: 'avgPool' })),
  kernel('AvgPool3D', (call) => forward(call, { dimensions: 3, name: 'avgPool' })),
  kernel('MaxPoolGrad', (call) => maxGradient(call, 2)),
  kernel('MaxPool3DGrad', (call) => maxGradient(call, 3)),
  kernel('AvgPoolGrad', (call) => averageGradient(call, 2)),
  kernel('AvgPool3DGrad', (call) => averageGradient(call, 3)),
]

function forward(
  call: KernelCall,
  { dimensions, name }: { dimensions: Dimensions; name: 'maxPool' | 'avgPool' },
): TensorInfo | undefined {
  const { x } = call.inputs
  if (!isFloat(x)) return undefined
  const { attributes, shape, trivial } = poolOf(call, { dimensions, input: x.shape })
  if (attributes === undefined) return undefined
  if (trivial) return same(call, x)
  const y = call.backend.take(sizeOf({ shape }), 'float32')
  native<PoolFunctions>()[name](attributes, floats(call, x), y)
  return result(call, shape, y)
}

function maxGradient(call: KernelCall, dimensions: Dimensions): TensorInfo | undefined {
  const { dy, input } = call.inputs
  if (!isFloat(dy) || !isFloat(input)) return undefined
  const { attributes, shape, trivial } = poolOf(call, { dimensions, input: input.shape })
  expectShape('pooling gradient: dy', dy, shape)
  if (attributes === undefined) return undefined
  if (trivial) return same(call, dy)
  const dx = call.backend.take(sizeOf(input), 'float32')
  native<PoolFunctions>().maxPoolGrad(attributes, floats(call, input), floats(call, dy), dx)
  return result(call, input.shape, dx)
}

function averageGradient(call: KernelCall, dimensions: Dimensions): TensorInfo | undefined {
  const { dy, input } = call.inputs
  if (!isFloat(dy) || sizeOf(input) === 0) return undefined
  const { attributes, shape, trivial } = poolOf(call, { dimensions, input: input.shape })
  expectShape('pooling gradient: dy', dy, shape)
  if (attributes === undefined) return undefined
  if (trivial) return same(call, dy)
  const dx = call.backend.take(sizeOf(input), 'float32')
  native<PoolFunctions>().avgPoolGrad(attributes, floats(call, dy), dx)
  return result(call, input.shape, dx)
}

/** The tensor itself once more. */
function same({ backend }: KernelCall, { dataId, shape, dtype }: TensorInfo): TensorInfo {
  backend.incRef(dataId)
  return { dataId, shape, dtype }
}

interface Pool {
  readonly attributes: Int32Array | undefined
  readonly shape: number[]
  /** What comes out is what goes in. */
  readonly trivial: boolean
}

function poolOf({ attrs }: KernelCall, { dimensions, input }: { dimensions: Dimensions; input: number[] }): Pool {
  const size = attrs['filterSize'] as [number, number, number]
  const strides = attrs['strides'] as [number, number, number]
  const pad = attrs['pad'] as 'same' | 'valid' | number
  const rounding = attrs['dimRoundingMode'] as 'floor' | undefined
  if (dimensions === 2) {
    const flat = (value: number[] | number) => value as unknown as [number, number]
    const geometry = backend_util.computePool2DInfo(
      input as [number, number, number, number],
      flat(size),
      flat(strides),
      1,
      pad,
      rounding,
    )
    const { filterHeight, filterWidth, outShape } = geometry
    const trivial = filterHeight === 1 && filterWidth === 1 && outShape.every((length, axis) => length === input[axis])
    return { attributes: poolAttributes2D(geometry), shape: outShape, trivial }
  }
  const format = (attrs['dataFormat'] ?? 'NDHWC') as 'NDHWC'
  const volume = input as [number, number, number, number, number]
  const geometry = backend_util.computePool3DInfo(volume, size, strides, 1, pad, rounding, format)
  return { attributes: poolAttributes3D(geometry), shape: geometry.outShape, trivial: false }
}
