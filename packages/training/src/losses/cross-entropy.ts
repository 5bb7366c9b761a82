/**
 * Voxel-wise cross-entropy, the mean of -log p of the true class: over a softmax for several channels, over a sigmoid
 * for one. Computed as log-sum-exp minus the true logit, so a logit of 1e4 gives a finite loss and gradient (p - y) / M.
 *
 * With `classWeights` the mean is weighted, sum w l / sum w, as in PyTorch's `cross_entropy(weight=…)`.
 *
 * @module
 */
import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import { voxelWeights } from './class-weights.ts'
import type { ClassView } from './class-view.ts'
import { fusedGradient, fusedSums, hasFusedLoss } from './fused-loss.ts'
import { itemFactor } from './item-factor.ts'
import { lossFrom, type ItemWeights, type LossTerm } from './loss.ts'

export interface CrossEntropyOptions {
  /** One weight per class, background first; two for one channel. */
  readonly classWeights?: readonly number[]
}

/**
 * Mean cross-entropy in nats.
 *
 * @param logits `[N, ...spatial, C]`
 * @param labels class indices `[N, ...spatial]` or one-hot in the logits' shape
 * @returns 0 when every voxel's class has weight 0
 */
export function crossEntropyLoss(
  logits: Tensor,
  labels: Tensor,
  { itemWeights, ...options }: CrossEntropyOptions & ItemWeights = {},
): Scalar {
  const inputs = { logits, labels, ...(itemWeights && { itemWeights }) }
  return lossFrom(inputs, (view) => crossEntropyTerm(view, options))
}

/** The term behind {@link crossEntropyLoss}, for sums of losses. */
export function crossEntropyTerm(view: ClassView, { classWeights }: CrossEntropyOptions): LossTerm {
  if (!classWeights && hasFusedLoss(view)) return fusedTerm(view)
  const surplus = tf.sub(view.probabilities, view.truth)
  const losses = view.negativeLogLikelihood()
  if (!classWeights && !view.itemShares) {
    return { value: tf.mean(losses) as Scalar, gradient: tf.mul(surplus, 1 / losses.size) }
  }
  const factor = classWeights ? classFactor(view, classWeights) : itemFactor(view)
  return { value: tf.sum(tf.mul(losses, factor)) as Scalar, gradient: tf.mul(surplus, factor) }
}

/** The factor of each voxel's loss: its class weight over the sum of them, in the batch or in its item. */
function classFactor(view: ClassView, classWeights: readonly number[]): tf.Tensor {
  const weights = voxelWeights(view, classWeights)
  if (!view.itemShares) return tf.divNoNan(weights, tf.sum(weights))
  const own = tf.divNoNan(weights, tf.sum(weights, 1, true))
  return tf.mul(own, tf.tensor([...view.itemShares], [view.itemShares.length, 1, 1]))
}

function fusedTerm(view: ClassView): LossTerm {
  if (view.itemShares) return fusedItemsTerm(view)
  const share = view.channels / view.source.logits.size
  const options = { groups: 1, squared: false, entropy: true, crossEntropy: share }
  const none = tf.zeros([1, 1, view.channels])
  return {
    value: tf.mul(tf.sum(fusedSums(view, options).entropy), share) as tf.Scalar,
    gradient: fusedGradient(view, { byIntersection: none, byPredicted: none }, options),
  }
}

function fusedItemsTerm(view: ClassView): LossTerm {
  const groups = view.source.logits.shape[0]
  const options = { groups, squared: false, entropy: true, crossEntropy: 1 }
  const none = tf.zeros([groups, 1, view.channels])
  const factor = itemFactor(view)
  const surplus = fusedGradient(view, { byIntersection: none, byPredicted: none }, options)
  return {
    value: tf.sum(tf.mul(fusedSums(view, options).entropy, tf.reshape(factor, [groups]))) as tf.Scalar,
    gradient: tf.mul(surplus, factor),
  }
}
