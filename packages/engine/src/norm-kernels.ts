/**
 * Forward and backward pass of normActivation from tfjs's operations, for backends without own kernels.
 *
 * Both passes are per-channel affine in the large tensors. With a = scale * rstd and b = offset - mean * a, forward is
 * leakyRelu(x * a + b). With g = dy * slope, and m1, m2 the group means of scale * g and scale * g * xhat, backward is
 * dx = g * a - rstd^2 m2 * x + rstd * (mean * rstd * m2 - m1).
 *
 * @module
 */
import {
  add,
  greater,
  leakyRelu,
  mean as meanOf,
  mul,
  neg,
  ones,
  reshape,
  rsqrt,
  square,
  stack,
  sub,
  sum,
  unstack,
  where,
  zeros,
  type Tensor,
  type Tensor3D,
} from '@tensorflow/tfjs-core'

import { hasKernel, ownKernelNames } from './own-kernels.ts'
import { runKernels } from './run-kernel.ts'

/** Checked options and sizes of one call. */
export interface NormSettings {
  readonly normalise: boolean
  readonly batch: number
  /** Places of one channel of one item. */
  readonly space: number
  readonly channels: number
  readonly groups: number
  readonly epsilon: number
  readonly leakiness: number
}

type Affine = { readonly scale?: Tensor; readonly offset?: Tensor }

/** y, and the coefficients a, b, mean, rstd as one tensor [4, batch, 1, channels]. */
export function normForward(x: Tensor, affine: Affine, settings: NormSettings): { y: Tensor; coefficients: Tensor } {
  if (hasKernel(ownKernelNames.norm)) {
    const [y, coefficients] = runKernels(ownKernelNames.norm, { x, ...affine }, { ...settings })
    return { y, coefficients }
  }
  const flat = flatten(x, settings)
  const { mean, rstd } = statistics(flat, settings)
  const { scale = ones([settings.channels]), offset = zeros([settings.channels]) } = affine
  const a = mul(rstd, scale)
  const b = sub(offset, mul(mean, a))
  const affineOf = add(mul(flat, a), b)
  const y = settings.leakiness === 1 ? affineOf : leakyRelu(affineOf, settings.leakiness)
  return { y: reshape(y, x.shape), coefficients: stack([a, b, mean, rstd]) }
}

/** Gradients for x, scale and offset. */
export function normBackward(
  inputs: {
    readonly x: Tensor
    readonly y: Tensor
    readonly dy: Tensor
    readonly coefficients: Tensor
    readonly scale?: Tensor
  },
  settings: NormSettings,
): { x: Tensor; scale: Tensor; offset: Tensor } {
  if (hasKernel(ownKernelNames.normGradient)) {
    const { y: _y, ...needed } = inputs
    const [x, scale, offset] = runKernels(ownKernelNames.normGradient, needed, { ...settings })
    return { x, scale, offset }
  }
  const [x, y, dy] = [inputs.x, inputs.y, inputs.dy].map((tensor) => flatten(tensor, settings))
  const [a, , mean, rstd] = unstack(inputs.coefficients)
  const g = settings.leakiness === 1 ? dy : where(greater(y, 0), dy, mul(dy, settings.leakiness))
  const sums = sum(g, 1, true)
  const products = mul(sum(mul(g, sub(x, mean)), 1, true), rstd)
  const gradients = { scale: sum(products, [0, 1]), offset: sum(sums, [0, 1]) }
  if (!settings.normalise) return { x: reshape(mul(g, a), inputs.x.shape), ...gradients }
  const { scale = ones([settings.channels]) } = inputs
  const m1 = groupMean(mul(sums, scale), settings)
  const m2 = groupMean(mul(products, scale), settings)
  const slope = neg(mul(square(rstd), m2))
  const constant = mul(rstd, sub(mul(mul(mean, rstd), m2), m1))
  return { x: reshape(add(mul(g, a), add(mul(x, slope), constant)), inputs.x.shape), ...gradients }
}

function flatten(x: Tensor, { batch, space, channels }: NormSettings): Tensor3D {
  return reshape(x, [batch, space, channels])
}

// Both [batch, 1, channels].
function statistics(flat: Tensor3D, settings: NormSettings): { mean: Tensor; rstd: Tensor } {
  const { normalise, batch, channels, space, epsilon } = settings
  if (!normalise) return { mean: zeros([batch, 1, channels]), rstd: ones([batch, 1, channels]) }
  const mean = groupMean(mul(meanOf(flat, 1, true), space), settings)
  const variance = groupMean(sum(square(sub(flat, mean)), 1, true), settings)
  return { mean, rstd: rsqrt(add(variance, epsilon)) }
}

// Sums of single channels [batch, 1, channels] to the mean over the group of each channel, same shape.
function groupMean(sums: Tensor, { batch, space, channels, groups }: NormSettings): Tensor {
  const size = channels / groups
  const means = mul(sum(reshape(sums, [batch, groups, size]), 2, true), 1 / (space * size))
  return reshape(mul(means, ones([1, 1, size])), [batch, 1, channels])
}
