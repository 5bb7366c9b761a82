/**
 * The addon's convolution functions, and calls of them that take memory from the pool.
 *
 * Two and three dimensions and depthwise convolutions differ only in their attributes.
 *
 * @module
 */
import type { TensorInfo } from '@tensorflow/tfjs-core'

import { native } from '../../native.ts'
import { linear, type Activation } from '../activation.ts'
import { floats, result, sizeOf, type KernelCall } from '../kernel.ts'

/** Each checks that its arrays hold what `attributes` (see `conv-attributes.ts`) implies before it reads or writes. */
interface ConvFunctions {
  convForward(
    ...call: [
      attributes: Int32Array,
      x: Float32Array,
      filter: Float32Array,
      bias: Float32Array | null,
      y: Float32Array,
      alpha: number,
    ]
  ): void
  convBackwardInput(
    ...call: [attributes: Int32Array, dy: Float32Array, filter: Float32Array, dx: Float32Array, dyTag: number]
  ): void
  convBackwardFilter(
    ...call: [attributes: Int32Array, x: Float32Array, dy: Float32Array, dfilter: Float32Array, dyTag: number]
  ): void
}

/** Two tensors go in; what comes out has a shape, computed as the attributes say. */
export interface ConvPlan {
  readonly inputs: readonly [TensorInfo, TensorInfo]
  readonly attributes: Int32Array | undefined
  readonly shape: readonly number[]
}

/** What may follow the sums of a forward convolution. */
export interface ConvEnd {
  readonly bias?: TensorInfo | undefined
  readonly activation?: Activation
}

/** y from x and the filter; undefined where there are no attributes, as for the other two. */
export function forward(
  call: KernelCall,
  plan: ConvPlan,
  { bias, activation = linear }: ConvEnd = {},
): TensorInfo | undefined {
  return run(call, plan, (attributes, [x, filter], y) =>
    native<ConvFunctions>().convForward(attributes, x, filter, bias ? floats(call, bias) : null, y, activation.alpha),
  )
}

/** dx from dy and the filter. */
export function inputGradient(call: KernelCall, plan: ConvPlan): TensorInfo | undefined {
  expectDilationToBeTaken(call, plan)
  return run(call, plan, (attributes, [dy, filter], dx) =>
    native<ConvFunctions>().convBackwardInput(attributes, dy, filter, dx, tagOf(plan.inputs[0])),
  )
}

/** dfilter from x and dy. */
export function filterGradient(call: KernelCall, plan: ConvPlan): TensorInfo | undefined {
  expectDilationToBeTaken(call, plan)
  return run(call, plan, (attributes, [x, dy], dfilter) =>
    native<ConvFunctions>().convBackwardFilter(attributes, x, dy, dfilter, tagOf(plan.inputs[1])),
  )
}

const tags = new WeakMap<object, number>()
let lastTag = 0

// A number for the tensor's data: the two gradients of one dy round it to bfloat16 once.
function tagOf({ dataId }: TensorInfo): number {
  const tag = tags.get(dataId) ?? ++lastTag
  tags.set(dataId, tag)
  return tag
}

// The cpu backend's gradient kernels would pass over the dilation in silence.
function expectDilationToBeTaken({ attrs }: KernelCall, { attributes, shape }: ConvPlan): void {
  const dilations = [attrs['dilations'] ?? 1].flat()
  if (attributes === undefined && dilations.some((dilation) => dilation !== 1)) {
    throw new RangeError(
      `convolution gradient: expected channels last and padding below the filter's reach with dilations ${dilations}, got ${JSON.stringify(attrs)} for [${shape}]`,
    )
  }
}

type NativeCall = (attributes: Int32Array, inputs: readonly [Float32Array, Float32Array], output: Float32Array) => void

function run(
  call: KernelCall,
  { inputs: [a, b], attributes, shape }: ConvPlan,
  compute: NativeCall,
): TensorInfo | undefined {
  if (attributes === undefined) return undefined
  const output = call.backend.take(sizeOf({ shape }), 'float32')
  compute(attributes, [floats(call, a), floats(call, b)], output)
  return result(call, shape, output)
}
