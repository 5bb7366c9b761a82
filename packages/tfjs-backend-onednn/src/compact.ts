/**
 * Which results the fused kernels store as bfloat16.
 *
 * With bfloat16 precision large tensors between convolutions are rounded anyway on the way into the next one; stored so, they
 * take half the memory and time to pass over. Tensors of few channels (logits, images) stay float32.
 *
 * @module
 */
import type { PooledType } from './buffer-pool.ts'
import { precision } from './precision.ts'

const fewestChannels = 8

/** The type in which a fused kernel stores a result of `shape`, channels last. */
export function compactType(shape: readonly number[]): Extract<PooledType, 'float32' | 'bfloat16'> {
  return precision() === 'bfloat16' && shape[shape.length - 1] >= fewestChannels ? 'bfloat16' : 'float32'
}
