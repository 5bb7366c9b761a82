/**
 * Max and average pooling over non-overlapping windows in two and three dimensions.
 *
 * The last window of an odd axis is smaller (padding 'same'): nothing is dropped, out = ceil(in / size).
 *
 * @module
 */
import { avgPool as avgPool2d, avgPool3d, customGrad, maxPool as maxPool2d, maxPool3d, type Tensor, type Tensor4D, type Tensor5D } from '@tensorflow/tfjs-core'

import { perAxis } from './conv-geometry.ts'
import { runKernel } from './run-kernel.ts'

/** Largest value of each window of `size` of `x` [batch, ...spatial, channels]. */
export function maxPool(x: Tensor, size: number | readonly number[]): Tensor {
  const window = perAxis(size, x.rank - 2)
  const op = customGrad((...inputs) => {
    const [image, save] = inputs as unknown as [Tensor, (tensors: Tensor[]) => void]
    const value = forward('max', image, window)
    save([image, value])
    const name = x.rank === 5 ? 'MaxPool3DGrad' : 'MaxPoolGrad'
    return {
      value,
      gradFunc: (dy: Tensor, [input, output]: Tensor[]) => runKernel(name, { dy, input, output }, attributes(window)),
    }
  })
  return op(x)
}

/** Mean of each window of `size` of `x` [batch, ...spatial, channels]; padded places do not count. */
export function avgPool(x: Tensor, size: number | readonly number[]): Tensor {
  const window = perAxis(size, x.rank - 2)
  const op = customGrad((...inputs) => {
    const [image, save] = inputs as unknown as [Tensor, (tensors: Tensor[]) => void]
    save([image])
    const name = x.rank === 5 ? 'AvgPool3DGrad' : 'AvgPoolGrad'
    return {
      value: forward('average', image, window),
      gradFunc: (dy: Tensor, [input]: Tensor[]) => runKernel(name, { dy, input }, attributes(window)),
    }
  })
  return op(x)
}

function forward(kind: 'max' | 'average', x: Tensor, window: number[]): Tensor {
  if (x.rank === 5) {
    const size = window as [number, number, number]
    return kind === 'max' ? maxPool3d(x as Tensor5D, size, size, 'same') : avgPool3d(x as Tensor5D, size, size, 'same')
  }
  const size = window as [number, number]
  return kind === 'max' ? maxPool2d(x as Tensor4D, size, size, 'same') : avgPool2d(x as Tensor4D, size, size, 'same')
}

function attributes(window: number[]): Record<string, unknown> {
  return { filterSize: window, strides: window, pad: 'same', dimRoundingMode: undefined }
}
