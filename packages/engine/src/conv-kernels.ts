/**
 * The three passes of a convolution: forward, gradient for the input, gradient for the filter.
 *
 * @module
 */
import { pad, slice, type Tensor } from '@tensorflow/tfjs-core'

import type { ConvGeometry } from './conv-geometry.ts'
import { hasOwnKernels, ownKernelNames } from './own-kernels.ts'
import { runKernel } from './run-kernel.ts'

/** y from x and the filter. */
export function convForward(x: Tensor, filter: Tensor, geometry: ConvGeometry): Tensor {
  if (hasOwnKernels()) return runKernel(ownKernelNames.conv, { x, filter }, { ...geometry })
  const explicit = explicitPadding(geometry)
  const source = explicit ? pad(x, explicit.paddings) : x
  return runKernel(geometry.rank === 2 ? 'Conv2D' : 'Conv3D', { x: source, filter }, attributes(geometry))
}

/** dx from dy and the filter. */
export function convInputGradient(dy: Tensor, filter: Tensor, geometry: ConvGeometry): Tensor {
  if (hasOwnKernels()) return runKernel(ownKernelNames.convInput, { dy, filter }, { ...geometry })
  const name = geometry.rank === 2 ? 'Conv2DBackpropInput' : 'Conv3DBackpropInputV2'
  const inputShape = [geometry.batch, ...geometry.input, geometry.inChannels]
  const explicit = explicitPadding(geometry)
  if (!explicit) return runKernel(name, { dy, filter }, { ...attributes(geometry), inputShape })
  const padded = runKernel(name, { dy, filter }, { ...attributes(geometry), inputShape: explicit.shape })
  return slice(
    padded,
    explicit.paddings.map(([before]) => before),
    inputShape,
  )
}

/** dfilter from x and dy. */
export function convFilterGradient(x: Tensor, dy: Tensor, geometry: ConvGeometry): Tensor {
  if (hasOwnKernels()) return runKernel(ownKernelNames.convFilter, { x, dy }, { ...geometry })
  const filterShape = [...geometry.kernel, geometry.inChannels, geometry.outChannels]
  const explicit = explicitPadding(geometry)
  const source = explicit ? pad(x, explicit.paddings) : x
  return runKernel(
    geometry.rank === 2 ? 'Conv2DBackpropFilter' : 'Conv3DBackpropFilterV2',
    { x: source, dy },
    { ...attributes(geometry), filterShape },
  )
}

function attributes(geometry: ConvGeometry): Record<string, unknown> {
  const { rank, strides, padding } = geometry
  const dilations = strides.map(() => 1)
  return {
    strides: [...strides],
    pad: explicitPadding(geometry) ? 'valid' : padding,
    dilations,
    dataFormat: rank === 2 ? 'NHWC' : 'NDHWC',
    dimRoundingMode: undefined,
  }
}

interface ExplicitPadding {
  readonly paddings: [before: number, after: number][]
  readonly shape: number[]
}

// With 'same', tfjs 4.22 shifts a 3D convolution whose stride exceeds its kernel by a negative padding; zeros written out and
// padding 'valid' say the same without it.
function explicitPadding({
  rank,
  batch,
  input,
  output,
  strides,
  kernel,
  padBefore,
  padding,
  inChannels,
}: ConvGeometry): ExplicitPadding | undefined {
  const needed = input.map((size, axis) => (output[axis] - 1) * strides[axis] + kernel[axis] - size)
  if (rank === 2 || padding === 'valid' || needed.every((zeros) => zeros >= 0)) return undefined
  const spatial = needed.map((zeros, axis): [number, number] => [padBefore[axis], Math.max(0, zeros) - padBefore[axis]])
  return {
    paddings: [[0, 0], ...spatial, [0, 0]],
    shape: [batch, ...input.map((size, axis) => size + Math.max(0, needed[axis])), inChannels],
  }
}
