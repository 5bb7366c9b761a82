/**
 * Typed arrays of the same kind as another.
 *
 * @module
 */
import type { VoxelData } from './types.ts'

/** A zeroed array of `length` elements of the same kind as `data`. */
export function allocateLike<D extends VoxelData>(data: D, length: number): D {
  // A typed array's constructor property is its own class; the type system only knows `Function`.
  const Kind = data.constructor as new (length: number) => D
  return new Kind(length)
}
