/**
 * Normalisation, affine and leaky ReLU in one operation with one gradient:
 * y = leakyRelu(scale * (x - mean) / sqrt(variance + epsilon) + offset).
 *
 * Instance norm (Ulyanov et al. 2016, arXiv:1607.08022) takes mean and variance over the places of each channel of each
 * item, group norm (Wu and He 2018, arXiv:1803.08494) over the places and channels of each group of channels; the
 * variance is the biased one. As one operation it reads and writes the large tensors few times and saves only x and y.
 *
 * @module
 */
import type { Tensor } from '@tensorflow/tfjs-core'

import { differentiable } from './differentiable.ts'
import { normBackward, normForward, type NormSettings } from './norm-kernels.ts'

/** Which statistics are shared, and the slope below zero. */
export interface NormActivationOptions {
  /** 'none' keeps only affine and activation. */
  readonly kind: 'instance' | 'group' | 'none'
  /** Number of groups of neighbouring channels, for kind 'group'; default 8. */
  readonly groups?: number
  readonly epsilon?: number
  /** Slope below zero, in [0, 1]; 0 is a ReLU, 1 no activation. */
  readonly leakiness?: number
}

/** Per-channel affine, each of shape [channels]; absent means scale 1, offset 0. */
export interface NormAffine {
  readonly scale?: Tensor
  readonly offset?: Tensor
}

/**
 * leakyRelu(scale * normalised(x) + offset) of `x` [batch, ...spatial, channels].
 *
 * A channel of one place, or of equal values, normalises to 0.
 *
 * @throws RangeError when the groups do not divide the channels, the affine has another length, or leakiness is not in [0, 1]
 */
export function normActivation(x: Tensor, { scale, offset }: NormAffine, options: NormActivationOptions): Tensor {
  const settings = checkedSettings(x, { scale, offset }, options)
  const affine = { ...(scale && { scale }), ...(offset && { offset }) }
  return differentiable({
    inputs: { x, ...affine },
    forward: (save) => {
      const { y, coefficients } = normForward(x, affine, settings)
      save([x, y, coefficients, ...(scale ? [scale] : [])])
      return y
    },
    gradients: (dy, [image, y, coefficients, gain]) => {
      const gradients = normBackward({ x: image, y, dy, coefficients, ...(scale && { scale: gain }) }, settings)
      return { x: () => gradients.x, scale: () => gradients.scale, offset: () => gradients.offset }
    },
  })
}

function checkedSettings(
  x: Tensor,
  affine: { scale: Tensor | undefined; offset: Tensor | undefined },
  options: NormActivationOptions,
): NormSettings {
  const { kind, groups = 8, epsilon = 1e-5, leakiness = 0.01 } = options
  const channels = x.shape[x.rank - 1]
  const groupCount = kind === 'group' ? groups : channels
  if (!Number.isInteger(groupCount) || groupCount < 1 || channels % groupCount !== 0) {
    throw new RangeError(`normActivation: expected groups that divide ${channels} channels, got ${groups}`)
  }
  for (const [name, value] of Object.entries(affine)) {
    if (value && (value.rank !== 1 || value.size !== channels))
      throw new RangeError(`normActivation: expected ${name} of shape [${channels}], got [${value.shape}]`)
  }
  if (!(leakiness >= 0 && leakiness <= 1))
    throw new RangeError(`normActivation: expected a leakiness in [0, 1], got ${leakiness}`)
  return {
    normalise: kind !== 'none',
    batch: x.shape[0],
    space: x.size / Math.max(1, x.shape[0] * channels),
    channels,
    groups: groupCount,
    epsilon,
    leakiness,
  }
}
