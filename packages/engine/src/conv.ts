/**
 * Convolution in two and three dimensions, differentiable on every backend.
 *
 * tfjs rejects gradients of dilated convolutions; here a dilated filter is written out with zeros between its taps.
 *
 * @module
 */
import { customGrad, type Tensor } from '@tensorflow/tfjs-core'

import { convFilterGradient, convForward, convInputGradient } from './conv-kernels.ts'
import { convGeometry, type ConvOptions } from './conv-geometry.ts'
import { dilateFilter } from './dilate-filter.ts'
import { hasOwnKernels } from './wasm-kernels.ts'

/**
 * Convolves `x` [batch, ...spatial, in] with `filter` [...kernel, in, out], two or three spatial axes.
 *
 * @throws RangeError when ranks or channels do not fit
 */
export function conv(x: Tensor, filter: Tensor, options: ConvOptions = {}): Tensor {
  const dense = hasOwnKernels() ? filter : dilateFilter(filter, options)
  const geometry = convGeometry({ x: x.shape, filter: dense.shape }, hasOwnKernels() ? options : { ...options, dilation: 1 })
  const op = customGrad((...inputs) => {
    const [image, kernel, save] = inputs as unknown as [Tensor, Tensor, (tensors: Tensor[]) => void]
    save([image, kernel])
    return {
      value: convForward(image, kernel, geometry),
      gradFunc: (dy: Tensor, saved: Tensor[]) => [convInputGradient(dy, saved[1], geometry), convFilterGradient(saved[0], dy, geometry)],
    }
  })
  return op(x, dense)
}
