/**
 * The three passes of a convolution: forward, gradient for the input, gradient for the filter.
 *
 * @module
 */
import type { Tensor } from "@tensorflow/tfjs-core"

import type { ConvGeometry } from './conv-geometry.ts'
import { hasOwnKernels, ownKernelNames } from './own-kernels.ts'
import { runKernel } from './run-kernel.ts'

/** y from x and the filter. */
export function convForward(x: Tensor, filter: Tensor, geometry: ConvGeometry): Tensor {
  if (hasOwnKernels()) return runKernel(ownKernelNames.conv, { x, filter }, { ...geometry })
  return runKernel(geometry.rank === 2 ? 'Conv2D' : 'Conv3D', { x, filter }, attributes(geometry))
}

/** dx from dy and the filter. */
export function convInputGradient(dy: Tensor, filter: Tensor, geometry: ConvGeometry): Tensor {
  if (hasOwnKernels()) return runKernel(ownKernelNames.convInput, { dy, filter }, { ...geometry })
  const inputShape = [geometry.batch, ...geometry.input, geometry.inChannels]
  return runKernel(geometry.rank === 2 ? 'Conv2DBackpropInput' : 'Conv3DBackpropInputV2', { dy, filter }, { ...attributes(geometry), inputShape })
}

/** dfilter from x and dy. */
export function convFilterGradient(x: Tensor, dy: Tensor, geometry: ConvGeometry): Tensor {
  if (hasOwnKernels()) return runKernel(ownKernelNames.convFilter, { x, dy }, { ...geometry })
  const filterShape = [...geometry.kernel, geometry.inChannels, geometry.outChannels]
  return runKernel(geometry.rank === 2 ? 'Conv2DBackpropFilter' : 'Conv3DBackpropFilterV2', { x, dy }, { ...attributes(geometry), filterShape })
}

function attributes({ rank, strides, padding }: ConvGeometry): Record<string, unknown> {
  const dilations = strides.map(() => 1)
  return { strides: [...strides], pad: padding, dilations, dataFormat: rank === 2 ? 'NHWC' : 'NDHWC', dimRoundingMode: undefined }
}
