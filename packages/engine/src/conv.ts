/**
 * Convolution in two and three dimensions, differentiable on every backend.
 *
 * tfjs rejects gradients of dilated convolutions, and its wasm backend has none for two dimensions. On wasm all passes
 * run on kernels of this package, on onednn on kernels that take the input in parts; elsewhere on stock ones, a dilated
 * filter being written out with zeros between its taps.
 *
 * @module
 */
import { concat, type Tensor } from '@tensorflow/tfjs-core'

import { convGeometry, type ConvOptions } from './conv-geometry.ts'
import { convFilterGradient, convForward, convInputGradient, named, takesParts } from './conv-kernels.ts'
import { differentiable } from './differentiable.ts'
import { dilateFilter } from './dilate-filter.ts'
import { hasOwnKernels } from './own-kernels.ts'

/**
 * Convolves `x` [batch, ...spatial, in] with `filter` [...kernel, in, out]; two or three spatial axes.
 *
 * Several tensors are taken side by side along their channels, as if concatenated; onednn does so without the copy.
 *
 * @returns [batch, ...spatial', out]; padding 'same' (the default) gives spatial' = ceil(spatial / stride)
 * @throws RangeError when ranks or channels do not fit, or when padding 'valid' leaves nothing
 *
 * @example
 * conv(ones([1, 8, 8, 8, 1]), ones([3, 3, 3, 1, 2])).shape // => [1, 8, 8, 8, 2]
 */
export function conv(x: Tensor | readonly Tensor[], filter: Tensor, options: ConvOptions = {}): Tensor {
  const parts = partsOf(x)
  const own = hasOwnKernels() || takesParts(parts)
  const dense = own ? filter : dilateFilter(filter, options)
  const shape = [...parts[0].shape.slice(0, -1), parts.reduce((sum, part) => sum + channelsOf(part), 0)]
  const geometry = convGeometry({ x: shape, filter: dense.shape }, own ? options : { ...options, dilation: 1 })
  return differentiable({
    inputs: { ...named(parts), filter: dense },
    forward: (save) => {
      save([...parts, dense])
      return convForward(parts, dense, geometry)
    },
    gradients: (dy, saved) => {
      const images = saved.slice(0, parts.length)
      const inputs = images.map((image, index) => () => {
        const first = images.slice(0, index).reduce((sum, part) => sum + channelsOf(part), 0)
        return convInputGradient({ dy, filter: saved[parts.length] }, geometry, { first, channels: channelsOf(image) })
      })
      return { ...named(inputs), filter: () => convFilterGradient(images, dy, geometry) }
    },
  })
}

// More than one part only where kernels take them.
function partsOf(x: Tensor | readonly Tensor[]): readonly Tensor[] {
  if (!Array.isArray(x)) return [x as Tensor]
  const parts = x as readonly Tensor[]
  const places = (part: Tensor): string => String(part.shape.slice(0, -1))
  if (parts.length === 0 || parts.some((part) => places(part) !== places(parts[0]))) {
    throw new RangeError(`conv: expected inputs that differ in channels only, got shapes ${shapesOf(parts)}`)
  }
  return parts.length === 1 || takesParts(parts) ? parts : [concat([...parts], -1)]
}

function channelsOf({ shape }: Tensor): number {
  return shape[shape.length - 1]
}

function shapesOf(parts: readonly Tensor[]): string {
  return parts.map(({ shape }) => `[${shape}]`).join(', ') || 'none'
}
