/**
 * What the addon needs to know about two operands that share a shape by NumPy's rule.
 *
 * @module
 */
import { backend_util } from '@tensorflow/tfjs-core'

/** Two shapes to combine. */
export interface ShapePair {
  readonly a: readonly number[]
  readonly b: readonly number[]
}

/** The common shape, and [rank, shape of a, shape of b] with ones before the shorter. */
export interface Broadcast {
  readonly shape: number[]
  readonly attributes: Int32Array
}

const maximumRank = 16

/**
 * The common shape of two operands; undefined above rank 16. Throws tfjs's own error where they have none.
 *
 * Each call overwrites the attributes of the call before.
 */
export function broadcast({ a, b }: ShapePair): Broadcast | undefined {
  const shape = backend_util.assertAndGetBroadcastShape([...a], [...b])
  if (shape.length > maximumRank) return undefined
  attributes[0] = shape.length
  writePadded(a, { offset: 1, rank: shape.length })
  writePadded(b, { offset: 1 + shape.length, rank: shape.length })
  return { shape, attributes }
}

// The addon reads it before it returns, so that one array serves every call.
const attributes = new Int32Array(1 + 2 * maximumRank)

function writePadded(shape: readonly number[], { offset, rank }: { offset: number; rank: number }): void {
  const missing = rank - shape.length
  for (let i = 0; i < rank; i++) attributes[offset + i] = i < missing ? 1 : shape[i - missing]
}
