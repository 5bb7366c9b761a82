/**
 * The list of numbers that describes a convolution to the addon, from tfjs's own geometry.
 *
 * Where the addon cannot run it (empty tensors, channels first, padding of a whole filter or more, the negative padding that
 * tfjs computes for 'same' in three dimensions when a stride is larger than the filter), there is no list and the cpu
 * backend's kernel runs.
 *
 * @module
 */
import type { backend_util } from '@tensorflow/tfjs-core'

import { precision } from '../../precision.ts'
import { linear, type Activation } from '../activation.ts'

type Geometry2D = backend_util.Conv2DInfo
type Geometry3D = backend_util.Conv3DInfo

/** One spatial axis of a convolution. */
export interface Axis {
  readonly input: number
  readonly output: number
  readonly kernel: number
  readonly stride: number
  readonly dilation: number
  readonly low: number
}

interface Plan {
  readonly batch: number
  readonly inChannels: number
  readonly outChannels: number
  readonly groups: number
  readonly activation: Activation
  readonly axes: readonly Axis[]
}

// Larger ones overflow the offsets inside generated code.
const largestExtent = 2 ** 15

/** What a convolution does beside its geometry. */
export interface ConvExtras {
  /** Number of groups of channels; as many as input channels for a depthwise convolution. */
  readonly groups?: number
  readonly activation?: Activation
}

/** The attributes of a two-dimensional convolution. */
export function attributes2D(
  geometry: Geometry2D,
  { groups = 1, activation = linear }: ConvExtras = {},
): Int32Array | undefined {
  if (geometry.dataFormat !== 'channelsLast') return undefined
  const {
    padInfo: { top, left },
  } = geometry
  return attributes({
    batch: geometry.batchSize,
    inChannels: geometry.inChannels,
    outChannels: geometry.outChannels,
    groups,
    activation,
    axes: [
      {
        input: geometry.inHeight,
        output: geometry.outHeight,
        kernel: geometry.filterHeight,
        stride: geometry.strideHeight,
        dilation: geometry.dilationHeight,
        low: top,
      },
      {
        input: geometry.inWidth,
        output: geometry.outWidth,
        kernel: geometry.filterWidth,
        stride: geometry.strideWidth,
        dilation: geometry.dilationWidth,
        low: left,
      },
    ],
  })
}

/** The attributes of a three-dimensional convolution. */
export function attributes3D(geometry: Geometry3D): Int32Array | undefined {
  if (geometry.dataFormat !== 'channelsLast') return undefined
  const {
    padInfo: { front, top, left },
  } = geometry
  return attributes({
    batch: geometry.batchSize,
    inChannels: geometry.inChannels,
    outChannels: geometry.outChannels,
    groups: 1,
    activation: linear,
    axes: [
      {
        input: geometry.inDepth,
        output: geometry.outDepth,
        kernel: geometry.filterDepth,
        stride: geometry.strideDepth,
        dilation: geometry.dilationDepth,
        low: front,
      },
      {
        input: geometry.inHeight,
        output: geometry.outHeight,
        kernel: geometry.filterHeight,
        stride: geometry.strideHeight,
        dilation: geometry.dilationHeight,
        low: top,
      },
      {
        input: geometry.inWidth,
        output: geometry.outWidth,
        kernel: geometry.filterWidth,
        stride: geometry.strideWidth,
        dilation: geometry.dilationWidth,
        low: left,
      },
    ],
  })
}

/** The attributes of a convolution of one to three axes; undefined where the addon cannot run it. */
export function attributes({ batch, inChannels, outChannels, groups, activation, axes }: Plan): Int32Array | undefined {
  if ([batch, inChannels, outChannels].some((size) => !(size > 0)) || !axes.every(isOrdinary)) return undefined
  const triple = (of: (axis: Axis) => number, filler: number) =>
    Array.from({ length: 3 }, (_, i) => (i < axes.length ? of(axes[i]) : filler))
  return Int32Array.from([
    axes.length,
    batch,
    ...triple((axis) => axis.input, 1),
    inChannels,
    ...triple((axis) => axis.output, 1),
    outChannels,
    ...triple((axis) => axis.kernel, 1),
    ...triple((axis) => axis.stride, 1),
    ...triple((axis) => axis.dilation, 1),
    ...triple((axis) => axis.low, 0),
    ...triple(padAfter, 0),
    groups,
    precision() === 'bfloat16' ? 1 : 0,
    activation.code,
  ])
}

// The padding that the last output needs; rows of the input beyond its reach are not read.
function padAfter(axis: Axis): number {
  return Math.max(0, (axis.output - 1) * axis.stride + extent(axis) - axis.input - axis.low)
}

// tfjs's own output size is another for numeric padding of filters that are not square.
function outputs(axis: Axis): number {
  return Math.floor((axis.input + axis.low + padAfter(axis) - extent(axis)) / axis.stride) + 1
}

function extent({ kernel, dilation }: Axis): number {
  return (kernel - 1) * dilation + 1
}

function isOrdinary(axis: Axis): boolean {
  const reach = extent(axis)
  const sizes = [axis.input, axis.output, axis.kernel, axis.stride, axis.dilation]
  return (
    sizes.every((size) => Number.isInteger(size) && size > 0 && size < 2 ** 31) &&
    reach <= largestExtent &&
    axis.stride <= largestExtent &&
    axis.low >= 0 &&
    axis.low < reach &&
    padAfter(axis) < reach &&
    outputs(axis) === axis.output
  )
}
