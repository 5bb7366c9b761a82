/**
 * The three passes of a convolution: forward, gradient for the input, gradient for the filter.
 *
 * @module
 */
import { pad, slice, type Tensor } from '@tensorflow/tfjs-core'

import type { ConvGeometry } from './conv-geometry.ts'
import { hasKernel, hasOwnKernels, ownKernelNames } from './own-kernels.ts'
import { runKernel } from './run-kernel.ts'

// Kernels of the onednn backend: the input in parts of some channels each, and one part's gradient.
const partKernels = {
  forward: 'LeanvoxConvParts',
  input: 'LeanvoxConvPartInput',
  filter: 'LeanvoxConvPartsFilter',
} as const

/** Some channels of the input of a convolution. */
export interface ConvPart {
  readonly first: number
  readonly channels: number
}

/** Tensors under their positions '0', '1', ..., as kernels take them. */
export function named<T>(items: readonly T[]): Record<string, T> {
  return Object.fromEntries(items.map((item, index) => [String(index), item]))
}

/** Whether the active backend convolves an input that is given in parts. */
export function takesParts(parts: readonly Tensor[]): boolean {
  return hasKernel(partKernels.forward) && parts.every(({ size, dtype }) => size > 0 && dtype === 'float32')
}

/** y from x and the filter; x is a single part unless the backend takes parts. */
export function convForward(parts: readonly Tensor[], filter: Tensor, geometry: ConvGeometry): Tensor {
  if (takesParts(parts)) return runKernel(partKernels.forward, { ...named(parts), filter }, { ...geometry })
  const [x] = parts
  if (hasOwnKernels()) return runKernel(ownKernelNames.conv, { x, filter }, { ...geometry })
  const explicit = explicitPadding(geometry)
  const source = explicit ? pad(x, explicit.paddings) : x
  return runKernel(geometry.rank === 2 ? 'Conv2D' : 'Conv3D', { x: source, filter }, attributes(geometry))
}

/** dx from dy and the filter, for a part of the input where the backend takes parts. */
export function convInputGradient(
  { dy, filter }: { readonly dy: Tensor; readonly filter: Tensor },
  geometry: ConvGeometry,
  part: ConvPart = { first: 0, channels: geometry.inChannels },
): Tensor {
  if (takesParts([dy])) return runKernel(partKernels.input, { dy, filter }, { ...geometry, ...part })
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

/** dfilter from x and dy; x as for the forward pass. */
export function convFilterGradient(parts: readonly Tensor[], dy: Tensor, geometry: ConvGeometry): Tensor {
  if (takesParts([...parts, dy])) return runKernel(partKernels.filter, { ...named(parts), dy }, { ...geometry })
  const [x] = parts
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
