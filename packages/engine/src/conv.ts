/**
 * Convolution in two and three dimensions, differentiable on every backend.
 *
 * tfjs rejects gradients of dilated convolutions, and its wasm backend has none for two dimensions. On wasm all passes
 * run on kernels of this package; elsewhere on stock ones, a dilated filter being written out with zeros between its taps.
 *
 * @module
 */
import type { Tensor } from '@tensorflow/tfjs-core'

import { convGeometry, type ConvOptions } from './conv-geometry.ts'
import { convFilterGradient, convForward, convInputGradient } from './conv-kernels.ts'
import { differentiable } from './differentiable.ts'
import { dilateFilter } from './dilate-filter.ts'
import { hasOwnKernels } from './own-kernels.ts'

/**
 * Convolves `x` [batch, ...spatial, in] with `filter` [...kernel, in, out]; two or three spatial axes.
 *
 * @returns [batch, ...spatial', out]; padding 'same' (the default) gives spatial' = ceil(spatial / stride)
 * @throws RangeError when ranks or channels do not fit, or when padding 'valid' leaves nothing
 *
 * @example
 * conv(ones([1, 8, 8, 8, 1]), ones([3, 3, 3, 1, 2])).shape // => [1, 8, 8, 8, 2]
 */
export function conv(x: Tensor, filter: Tensor, options: ConvOptions = {}): Tensor {
  const own = hasOwnKernels()
  const dense = own ? filter : dilateFilter(filter, options)
  const geometry = convGeometry({ x: x.shape, filter: dense.shape }, own ? options : { ...options, dilation: 1 })
  return differentiable({
    inputs: { x, filter: dense },
    forward: (save) => {
      save([x, dense])
      return convForward(x, dense, geometry)
    },
    gradients: (dy, [image, kernel]) => ({
      x: () => convInputGradient(dy, kernel, geometry),
      filter: () => convFilterGradient(image, dy, geometry),
    }),
  })
}
