/**
 * Weights per class, spread over the voxels by their true class.
 *
 * @module
 */
import * as tf from '@tensorflow/tfjs-core'
import type { ClassView } from './class-view.ts'

/**
 * The weight of each voxel, `[N, voxels, 1]`.
 *
 * @param weights one weight per class; for one channel two, background and foreground
 * @throws RangeError when the count is wrong or a weight is negative or not finite
 */
export function voxelWeights({ truth, channels }: ClassView, weights: readonly number[]): tf.Tensor {
  const expected = Math.max(2, channels)
  if (weights.length !== expected || !weights.every((weight) => weight >= 0 && Number.isFinite(weight))) {
    throw new RangeError(
      `classWeights: expected ${expected} finite weights of at least 0 (background first), got [${weights.join(', ')}]`,
    )
  }
  if (channels === 1) return tf.add(tf.mul(truth, weights[1] - weights[0]), weights[0])
  return tf.sum(tf.mul(truth, tf.tensor([...weights], [1, 1, channels])), -1, true)
}
