/**
 * A copy between two regular grids of elements, which most movements are.
 *
 * @module
 */
import { util } from '@tensorflow/tfjs-core'

import type { TensorArray } from '../../buffer-pool.ts'
import { native } from '../../native.ts'
import type { MovementFunctions } from './functions.ts'

/** An axis of the copied box; strides in elements, 0 repeats, below 0 reverses. */
export interface BoxAxis {
  readonly size: number
  readonly from: number
  readonly to: number
}

/** Where a box lies in both arrays. */
export interface Box {
  readonly axes: readonly BoxAxis[]
  readonly fromOffset?: number
  readonly toOffset?: number
}

/** Copies the box's elements. The addon checks that every one of them lies inside its array. */
export function copyBox(
  { from, to }: { from: TensorArray; to: TensorArray },
  { axes, fromOffset = 0, toOffset = 0 }: Box,
): void {
  const rank = axes.length
  const attributes = new Float64Array(3 + 3 * rank)
  attributes.set([rank, fromOffset, toOffset])
  axes.forEach((axis, i) => {
    attributes[3 + i] = axis.size
    attributes[3 + rank + i] = axis.from
    attributes[3 + 2 * rank + i] = axis.to
  })
  native<MovementFunctions>().copy(attributes, from, to)
}

/** Elements between neighbours along each axis of a tensor, the last included. */
export function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => util.sizeFromShape(shape.slice(axis + 1)))
}

/** The sum of products: where a position lies, given strides. */
export function offsetOf(position: readonly number[], strides: readonly number[]): number {
  return position.reduce((sum, value, axis) => sum + value * strides[axis], 0)
}
