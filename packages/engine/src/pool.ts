/**
 * Max and average pooling over windows that do not overlap, in two and three dimensions.
 *
 * Nothing is dropped: a window at the end of an odd axis is smaller, out = ceil(in / size). (PyTorch's default drops it;
 * tfjs's gradient of average pooling divides such a window by its full size, which is why averages go their own way here.)
 *
 * @module
 */
import type { Tensor } from '@tensorflow/tfjs-core'

import { applyAlongAxis } from './axis-matrix.ts'
import { perAxis } from './conv-geometry.ts'
import { differentiable } from './differentiable.ts'
import { hasKernel, ownKernelNames } from './own-kernels.ts'
import { runKernel } from './run-kernel.ts'
import { averageRows } from './sparse-rows.ts'

/**
 * Largest value of each window of `size` of `x` [batch, ...spatial, channels].
 *
 * Where a window holds its largest value twice, the gradient goes to one of them.
 */
export function maxPool(x: Tensor, size: number | readonly number[]): Tensor {
  const window = perAxis(size, x.rank - 2)
  const attributes = {
    filterSize: window,
    strides: window,
    pad: 'same',
    dimRoundingMode: undefined,
    dataFormat: 'NDHWC',
  }
  const stock = x.rank === 5 ? 'MaxPool3D' : 'MaxPool'
  const own = hasKernel(ownKernelNames.maxPool) && x.size > 0
  return differentiable({
    inputs: { x },
    forward: (save) => {
      const value = own ? runKernel(ownKernelNames.maxPool, { x }, { window }) : runKernel(stock, { x }, attributes)
      save([x, value])
      return value
    },
    gradients: (dy, [input, output]) => ({
      x: () =>
        own
          ? runKernel(ownKernelNames.maxPoolGradient, { dy, input, output }, { window })
          : runKernel(`${stock}Grad`, { dy, input, output }, attributes),
    }),
  })
}

/** Mean of each window of `size` of `x` [batch, ...spatial, channels], over the places that exist. */
export function avgPool(x: Tensor, size: number | readonly number[]): Tensor {
  const window = perAxis(size, x.rank - 2)
  return window.reduce(
    (image, length, axis) =>
      length === 1 ? image : applyAlongAxis(image, axis + 1, averageRows(x.shape[axis + 1], length)),
    x,
  )
}
