/**
 * Transposed convolution in two and three dimensions: the input gradient of a convolution, used forwards.
 *
 * tfjs has no gradient for the 3D case (`Conv3DBackpropInputV2`); it is the convolution itself.
 *
 * @module
 */
import type { Tensor } from '@tensorflow/tfjs-core'

import { convGeometry, perAxis } from './conv-geometry.ts'
import { convFilterGradient, convForward, convInputGradient } from './conv-kernels.ts'
import { differentiable } from './differentiable.ts'

/** Strides of a transposed convolution, and the spatial size of its result where strides alone do not say it. */
export interface ConvTransposeOptions {
  readonly strides: number | readonly number[]
  readonly outputShape?: readonly number[]
}

/**
 * Transposed convolution of `x` [batch, ...spatial, in] with `filter` [...kernel, out, in], padding 'same'.
 *
 * @returns [batch, ...outputShape, out], where `outputShape` is spatial and defaults to spatial * strides
 */
export function convTranspose(x: Tensor, filter: Tensor, { strides, outputShape }: ConvTransposeOptions): Tensor {
  const rank = x.rank - 2
  const steps = perAxis(strides, rank)
  const spatial = outputShape ?? x.shape.slice(1, -1).map((size, axis) => size * steps[axis])
  const geometry = convGeometry(
    { x: [x.shape[0], ...spatial, filter.shape[rank]], filter: filter.shape },
    { strides: steps },
  )
  if (
    x.shape.slice(1, -1).some((size, axis) => size !== geometry.output[axis]) ||
    x.shape[rank + 1] !== geometry.outChannels
  ) {
    throw new RangeError(
      `convTranspose: expected x of shape [${[x.shape[0], ...geometry.output, geometry.outChannels]}], got [${x.shape}]`,
    )
  }
  return differentiable({
    inputs: { x, filter },
    forward: (save) => {
      save([x, filter])
      return convInputGradient({ dy: x, filter }, geometry)
    },
    gradients: (dy, [image, kernel]) => ({
      x: () => convForward([dy], kernel, geometry),
      filter: () => convFilterGradient([dy], image, geometry),
    }),
  })
}
