/**
 * The three passes of a convolution: forward, gradient for the input, gradient for the filter.
 *
 * @module
 */
import { conv2d, conv3d, reshape, type Tensor, type Tensor4D, type Tensor5D } from '@tensorflow/tfjs-core'

import type { ConvGeometry } from './conv-geometry.ts'
import { runKernel } from './run-kernel.ts'
import { hasOwnKernels } from './wasm-kernels.ts'

/** y = x * filter. */
export function convForward(x: Tensor, filter: Tensor, geometry: ConvGeometry): Tensor {
  if (hasOwnKernels()) return runKernel('LeanvoxConv', { x, filter }, { ...geometry })
  const { rank, strides, padding } = geometry
  if (rank === 2) return conv2d(x as Tensor4D, filter as Tensor4D, strides as [number, number], padding)
  return conv3d(x as Tensor5D, filter as Tensor5D, strides as [number, number, number], padding)
}

/** dx from dy. */
export function convInputGradient(dy: Tensor, filter: Tensor, geometry: ConvGeometry): Tensor {
  if (hasOwnKernels()) return runKernel('LeanvoxConvInput', { dy, filter }, { ...geometry })
  const { rank, strides, padding, batch, input, inChannels } = geometry
  const inputShape = [batch, ...input, inChannels]
  if (rank === 2) return runKernel('Conv2DBackpropInput', { dy, filter }, { strides, pad: padding, dataFormat: 'NHWC', inputShape })
  return runKernel('Conv3DBackpropInputV2', { dy, filter }, { strides, pad: padding, inputShape })
}

/** dfilter from x and dy. The 2D case runs as 3D with depth 1: the wasm backend has no 2D kernel for it. */
export function convFilterGradient(x: Tensor, dy: Tensor, geometry: ConvGeometry): Tensor {
  if (hasOwnKernels()) return runKernel('LeanvoxConvFilter', { x, dy }, { ...geometry })
  const { rank, strides, padding, batch, input, inChannels, outChannels, kernel, output } = geometry
  const filterShape = [...kernel, inChannels, outChannels]
  if (rank === 3) return runKernel('Conv3DBackpropFilterV2', { x, dy }, { strides, pad: padding, filterShape })
  const x5 = reshape(x, [batch, 1, ...input, inChannels])
  const dy5 = reshape(dy, [batch, 1, ...output, outChannels])
  const gradient = runKernel('Conv3DBackpropFilterV2', { x: x5, dy: dy5 }, { strides: [1, ...strides], pad: padding, filterShape: [1, ...filterShape] })
  return reshape(gradient, filterShape)
}
