/**
 * The addon's reductions (native/reduce.cc).
 *
 * @module
 */
import type { TensorArray } from '../../buffer-pool.ts'

/** Functions of native/reduce.cc. */
export interface ReduceFunctions {
  /** attributes: [rank, shape, 1 where an axis is reduced else 0]. */
  reduce(operation: number, attributes: Int32Array, ...arrays: [x: TensorArray, out: TensorArray]): void
  /** Positions of the largest (1) or smallest (0) along the middle axis of [outer, reduced, inner]. */
  argExtreme(
    largest: 0 | 1,
    ...rest: [outer: number, reduced: number, inner: number, x: TensorArray, out: Int32Array]
  ): void
}

/** Reductions in the addon's order. */
export const reductionNames = ['Sum', 'Mean', 'Prod', 'Max', 'Min'] as const
