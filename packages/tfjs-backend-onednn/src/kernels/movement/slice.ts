/**
 * Parts of a tensor: slices, splits, unstacking.
 *
 * A part that is contiguous shares the tensor's memory; others are copied.
 *
 * @module
 */
import { backend_util, slice_util, util, type TensorInfo } from '@tensorflow/tfjs-core'

import { elements, isPlain } from '../elements.ts'
import { kernel, result, sizeOf, type KernelCall } from '../kernel.ts'
import { copyBox, offsetOf, stridesOf } from './copy-box.ts'

/** Slice, StridedSlice, SplitV, Unpack. */
export const kernels = [
  kernel('Slice', (call) => {
    const { x } = call.inputs
    if (!isPlain(x)) return undefined
    const { begin, size } = call.attrs as { begin: number[]; size: number[] }
    const [start, sizes] = slice_util.parseSliceParams(x as never, begin, size)
    slice_util.assertParamsValid(x, start, sizes)
    return part(call, x, { begin: start, size: sizes })
  }),
  kernel('SplitV', split),
  kernel('Unpack', unpack),
  kernel('StridedSlice', stridedSlice),
]

interface Part {
  readonly begin: readonly number[]
  readonly size: number[]
}

/** The part of `x`, which is plain, at `begin`. */
function part(call: KernelCall, x: TensorInfo, { begin, size }: Part): TensorInfo {
  const strides = stridesOf(x.shape)
  const offset = offsetOf(begin, strides)
  const length = sizeOf({ shape: size })
  const from = elements(call, x)
  if (slice_util.isSliceContinous(x.shape, [...begin], size))
    return result(call, size, from.subarray(offset, offset + length))
  const to = call.backend.take(length, x.dtype as 'float32')
  copyBox({ from, to }, { axes: boxAxes(size, { from: strides, to: stridesOf(size) }), fromOffset: offset })
  return result(call, size, to)
}

function boxAxes(sizes: readonly number[], { from, to }: { from: readonly number[]; to: readonly number[] }) {
  return sizes.map((size, axis) => ({ size, from: from[axis], to: to[axis] }))
}

function split(call: KernelCall): TensorInfo[] | undefined {
  const { x } = call.inputs
  if (!isPlain(x)) return undefined
  const { numOrSizeSplits, axis } = call.attrs as { numOrSizeSplits: number[] | number; axis: number }
  const [along] = util.parseAxisParam(axis, x.shape)
  const sizes = backend_util.prepareSplitSize(x as never, numOrSizeSplits, along)
  let position = 0
  return sizes.map((size) => {
    const begin = x.shape.map((_, i) => (i === along ? position : 0))
    position += size
    return part(call, x, { begin, size: x.shape.with(along, size) })
  })
}

function unpack(call: KernelCall): TensorInfo[] | undefined {
  const { value } = call.inputs
  if (!isPlain(value)) return undefined
  const [axis] = util.parseAxisParam(call.attrs['axis'] as number, value.shape)
  const shape = value.shape.toSpliced(axis, 1)
  return Array.from({ length: value.shape[axis] }, (_, position) => {
    const begin = value.shape.map((__, i) => (i === axis ? position : 0))
    const info = part(call, value, { begin, size: value.shape.with(axis, 1) })
    return { ...info, shape }
  })
}

function stridedSlice(call: KernelCall): TensorInfo | undefined {
  const { x } = call.inputs
  if (!isPlain(x)) return undefined
  const a = call.attrs as Record<'begin' | 'end' | 'strides', number[]> & Record<string, number>
  const masks = [a['beginMask'], a['endMask'], a['ellipsisMask'], a['newAxisMask'], a['shrinkAxisMask']] as const
  const info = slice_util.sliceInfo(x.shape, a.begin, a.end, a.strides, ...masks)
  // Of these the cpu backend makes views.
  if (info.isIdentity || info.sliceDim0 || sizeOf({ shape: info.finalShape }) === 0) return undefined
  const strides = stridesOf(x.shape)
  // Of every axis, those that the mask drops included: the cpu backend forgets them and takes the wrong elements.
  const sizes = slice_util.computeOutShape(info.begin, info.end, info.strides)
  const steps = strides.map((stride, axis) => stride * info.strides[axis])
  const to = call.backend.take(sizeOf({ shape: sizes }), x.dtype as 'float32')
  const from = elements(call, x)
  copyBox(
    { from, to },
    { axes: boxAxes(sizes, { from: steps, to: stridesOf(sizes) }), fromOffset: offsetOf(info.begin, strides) },
  )
  return result(call, info.finalShape, to)
}
