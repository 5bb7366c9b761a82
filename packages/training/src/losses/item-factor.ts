/**
 * The factor of every voxel's loss in a mean over the voxels, of the whole batch or of each item by the item's share.
 *
 * @module
 */
import * as tf from '@tensorflow/tfjs-core'
import type { ClassView } from './class-view.ts'

/** 1 / voxels of the batch as a scalar; with item shares s `[N, 1, 1]` of s / voxels of an item. */
export function itemFactor({ channels, source: { logits }, itemShares }: ClassView): tf.Tensor {
  const voxels = logits.size / channels
  if (!itemShares) return tf.scalar(1 / voxels)
  const items = itemShares.length
  return tf.tensor(
    itemShares.map((share) => (share * items) / voxels),
    [items, 1, 1],
  )
}
