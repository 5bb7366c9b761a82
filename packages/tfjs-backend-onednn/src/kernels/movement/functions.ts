/**
 * The addon's kernels that move elements (native/movement.cc).
 *
 * @module
 */
import type { TensorArray } from '../../buffer-pool.ts'

/** Functions of native/movement.cc. */
export interface MovementFunctions {
  /** attributes: [rank, offset in from, offset in to, sizes, strides in from, strides in to], whole numbers. */
  copy(attributes: Float64Array, from: TensorArray, to: TensorArray): void
  /** attributes: [batch, outer, axis, indices, slice]. */
  gather(attributes: Int32Array, ...arrays: [x: TensorArray, indices: Int32Array, out: TensorArray]): void
  oneHot(depth: number, on: number, ...rest: [off: number, indices: Int32Array, out: TensorArray]): void
}
