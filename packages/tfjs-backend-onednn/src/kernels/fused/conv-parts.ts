/**
 * Convolution of an input that is given as parts, some of its channels each, and its gradients: what follows a
 * concatenation in a U-Net, without the concatenation.
 *
 * The sum over input channels is a sum over parts, each with its rows of the filter; oneDNN adds one part's result to
 * the last. An ordinary convolution is one part.
 *
 * @module
 */
import type { TensorInfo } from '@tensorflow/tfjs-core'

import { compactType } from '../../compact.ts'
import { native } from '../../native.ts'
import { linear } from '../activation.ts'
import { attributes } from '../conv/conv-attributes.ts'
import { floats, kernel, result, sizeOf, stored, type KernelCall } from '../kernel.ts'

/** Sizes of the whole convolution; every list has one entry for each spatial axis. */
export interface ConvGeometry {
  readonly batch: number
  readonly inChannels: number
  readonly outChannels: number
  readonly input: readonly number[]
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly dilation: readonly number[]
  readonly output: readonly number[]
  readonly padBefore: readonly number[]
}

type Stored = Float32Array | Uint16Array

interface PartFunctions {
  convForward(
    ...call: [
      attributes: Int32Array,
      x: Stored,
      filter: Float32Array,
      bias: null,
      y: Stored,
      alpha: number,
      part: Int32Array,
    ]
  ): void
  convBackwardInput(
    ...call: [attributes: Int32Array, dy: Stored, filter: Float32Array, dx: Stored, dyTag: number, part: Int32Array]
  ): void
  convBackwardFilter(
    ...call: [attributes: Int32Array, x: Stored, dy: Stored, dfilter: Float32Array, dyTag: number, part: Int32Array]
  ): void
}

// A rounded copy of dy is kept between calls only under a tag; here dy comes rounded.
const noTag = 0

/**
 * LeanvoxConvParts of inputs '0', '1', ... (the parts) and 'filter'; LeanvoxConvPartInput of 'dy' and 'filter' for the
 * part of `channels` channels from `first`; LeanvoxConvPartsFilter of the parts and 'dy'. All take the geometry.
 */
export const kernels = [
  kernel('LeanvoxConvParts', (call) => {
    const geometry = geometryOf(call)
    const shape = [geometry.batch, ...geometry.output, geometry.outChannels]
    const y = call.backend.take(sizeOf({ shape }), compactType(shape))
    const filter = floats(call, call.inputs['filter'])
    forEachPart(call, ({ info, list, part }) =>
      native<PartFunctions>().convForward(list, stored(call, info), filter, null, y, 0, part),
    )
    return result(call, shape, y)
  }),
  kernel('LeanvoxConvPartInput', (call) => {
    const geometry = geometryOf(call)
    const { first, channels } = call.attrs as unknown as { first: number; channels: number }
    const { dy, filter } = call.inputs
    const shape = [geometry.batch, ...geometry.input, channels]
    const dx = call.backend.take(sizeOf({ shape }), compactType(shape))
    const list = attributesOf(geometry, channels)
    const part = Int32Array.of(first, geometry.inChannels, 0)
    native<PartFunctions>().convBackwardInput(list, stored(call, dy), floats(call, filter), dx, noTag, part)
    return result(call, shape, dx)
  }),
  kernel('LeanvoxConvPartsFilter', (call) => {
    const geometry = geometryOf(call)
    const shape = [...geometry.kernel, geometry.inChannels, geometry.outChannels]
    const dfilter = call.backend.take(sizeOf({ shape }), 'float32')
    const dy = stored(call, call.inputs['dy'])
    forEachPart(call, ({ info, list, part }) =>
      native<PartFunctions>().convBackwardFilter(list, stored(call, info), dy, dfilter, noTag, part),
    )
    return result(call, shape, dfilter)
  }),
]

interface PartCall {
  readonly info: TensorInfo
  readonly list: Int32Array
  readonly part: Int32Array
}

function forEachPart(call: KernelCall, run: (part: PartCall) => void): void {
  const geometry = geometryOf(call)
  let first = 0
  for (let index = 0; call.inputs[index] !== undefined; index++) {
    const info = call.inputs[index]
    const channels = info.shape[info.shape.length - 1]
    const part = Int32Array.of(first, geometry.inChannels, index === 0 ? 0 : 1)
    run({ info, list: attributesOf(geometry, channels), part })
    first += channels
  }
  if (first !== geometry.inChannels)
    throw new RangeError(`convParts: expected parts of ${geometry.inChannels} channels together, got ${first}`)
}

function geometryOf({ attrs }: KernelCall): ConvGeometry {
  return attrs as unknown as ConvGeometry
}

function attributesOf(geometry: ConvGeometry, inChannels: number): Int32Array {
  const { batch, outChannels, input, output, kernel: taps, strides, dilation, padBefore } = geometry
  const axes = input.map((length, axis) => ({
    input: length,
    output: output[axis],
    kernel: taps[axis],
    stride: strides[axis],
    dilation: dilation[axis],
    low: padBefore[axis],
  }))
  const list = attributes({ batch, inChannels, outChannels, groups: 1, activation: linear, axes })
  if (list === undefined)
    throw new RangeError(
      `convParts: expected a convolution of tensors that are not empty, got ${JSON.stringify(geometry)}`,
    )
  return list
}
