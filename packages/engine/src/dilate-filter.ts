/**
 * Writes a dilated filter out as a dense one, with zeros between its taps, differentiably.
 *
 * @module
 */
import { concat, reshape, slice, zeros, type Tensor } from '@tensorflow/tfjs-core'

import { perAxis } from './conv-geometry.ts'

/** A filter of kernel size (k - 1) * dilation + 1 an axis that convolves as `filter` does with that dilation. */
export function dilateFilter(
  filter: Tensor,
  { dilation = 1 }: { readonly dilation?: number | readonly number[] },
): Tensor {
  const rank = filter.rank - 2
  return perAxis(dilation, rank).reduce((dense, rate, axis) => dilateAxis(dense, axis, rate), filter)
}

function dilateAxis(filter: Tensor, axis: number, rate: number): Tensor {
  const taps = filter.shape[axis]
  if (rate === 1 || taps === 1) return filter
  const before = filter.shape.slice(0, axis)
  const after = filter.shape.slice(axis + 1)
  const apart = reshape(filter, [...before, taps, 1, ...after])
  const gaps = concat([apart, zeros([...before, taps, rate - 1, ...after])], axis + 1)
  const long = reshape(gaps, [...before, taps * rate, ...after])
  const size = [...before, (taps - 1) * rate + 1, ...after]
  return slice(
    long,
    size.map(() => 0),
    size,
  )
}
