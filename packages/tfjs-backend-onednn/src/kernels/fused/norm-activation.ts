/**
 * Instance or group normalisation, affine and leaky ReLU as one kernel, and its gradient.
 *
 * y = leakyRelu((x - mean) * a + offset) with a = scale * rstd; the coefficients a, offset, mean, rstd come out as a tensor
 * [4, batch, 1, channels] and are what the gradient needs besides x and dy.
 *
 * @module
 */
import type { TensorInfo } from '@tensorflow/tfjs-core'

import { compactType } from '../../compact.ts'
import { native } from '../../native.ts'
import { floats, isFloat, kernel, result, sizeOf, stored, type KernelCall } from '../kernel.ts'

/** Attributes of both kernels. */
export interface NormAttributes {
  /** False keeps only affine and activation. */
  readonly normalise: boolean
  readonly batch: number
  /** Places of one channel of one item. */
  readonly space: number
  readonly channels: number
  /** Groups of neighbouring channels that share mean and variance. */
  readonly groups: number
  readonly epsilon: number
  /** Slope below zero. */
  readonly leakiness: number
}

type Stored = Float32Array | Uint16Array

interface NormFunctions {
  normForward(
    attributes: Int32Array,
    epsilon: number,
    leakiness: number,
    x: Stored,
    scale: Float32Array | null,
    offset: Float32Array | null,
    y: Stored,
    coefficients: Float32Array,
  ): void
  normBackward(
    attributes: Int32Array,
    leakiness: number,
    x: Stored,
    dy: Stored,
    scale: Float32Array | null,
    coefficients: Float32Array,
    dx: Stored,
    dscale: Float32Array,
    doffset: Float32Array,
  ): void
}

/** LeanvoxNormActivation and LeanvoxNormActivationGrad. */
export const kernels = [
  kernel('LeanvoxNormActivation', (call) => {
    const { x, scale, offset } = call.inputs
    if (!isFloat(x)) return undefined
    const settings = call.attrs as unknown as NormAttributes
    const y = call.backend.take(sizeOf(x), compactType(x.shape))
    const coefficients = call.backend.take(4 * settings.batch * settings.channels, 'float32')
    native<NormFunctions>().normForward(
      attributesOf(settings),
      settings.epsilon,
      settings.leakiness,
      stored(call, x),
      optionalFloats(call, scale),
      optionalFloats(call, offset),
      y,
      coefficients,
    )
    return [result(call, x.shape, y), result(call, [4, settings.batch, 1, settings.channels], coefficients)]
  }),
  kernel('LeanvoxNormActivationGrad', (call) => {
    const { x, dy, coefficients, scale } = call.inputs
    if (!isFloat(x) || !isFloat(dy)) return undefined
    const settings = call.attrs as unknown as NormAttributes
    const dx = call.backend.take(sizeOf(x), compactType(x.shape))
    const dscale = call.backend.take(settings.channels, 'float32')
    const doffset = call.backend.take(settings.channels, 'float32')
    native<NormFunctions>().normBackward(
      attributesOf(settings),
      settings.leakiness,
      stored(call, x),
      stored(call, dy),
      optionalFloats(call, scale),
      floats(call, coefficients),
      dx,
      dscale,
      doffset,
    )
    return [
      result(call, x.shape, dx),
      result(call, [settings.channels], dscale),
      result(call, [settings.channels], doffset),
    ]
  }),
]

function attributesOf({ normalise, batch, space, channels, groups }: NormAttributes): Int32Array {
  return Int32Array.of(normalise ? 1 : 0, batch, space, channels, groups)
}

function optionalFloats(call: KernelCall, info: TensorInfo | undefined): Float32Array | null {
  return info === undefined ? null : floats(call, info)
}
