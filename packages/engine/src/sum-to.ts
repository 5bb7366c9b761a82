/**
 * Undoes a broadcast in a gradient: sums over the axes along which an operand was repeated.
 *
 * @module
 */
import { reshape, sum, type Tensor } from '@tensorflow/tfjs-core'

/** Sums `x` over broadcast axes so that the result has `shape`. */
export function sumTo(x: Tensor, shape: readonly number[]): Tensor {
  const lead = x.rank - shape.length
  const axes = x.shape
    .map((_, axis) => axis)
    .filter((axis) => axis < lead || (shape[axis - lead] === 1 && x.shape[axis] > 1))
  const target = [...shape]
  const reduced = axes.length === 0 ? x : sum(x, axes)
  return reduced.shape.length === target.length && reduced.shape.every((size, axis) => size === target[axis])
    ? reduced
    : reshape(reduced, target)
}
