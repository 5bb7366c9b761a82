/**
 * Focal loss of Lin et al. (ICCV 2017): the mean over voxels of -alpha_t (1 - p_t)^gamma log p_t.
 *
 * The paper defines it for a sigmoid; over a softmax p_t is the probability of the true class. alpha_t is `classWeights`
 * (the paper's alpha = 0.25 is `[0.75, 0.25]`), absent by default. The paper divides by the number of positive anchors;
 * a voxel mean is our choice.
 *
 * @module
 */
import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import { voxelWeights } from './class-weights.ts'
import type { ClassView } from './class-view.ts'
import type { CrossEntropyOptions } from './cross-entropy.ts'
import { itemFactor } from './item-factor.ts'
import { lossFrom, type ItemWeights, type LossTerm } from './loss.ts'

export interface FocalOptions extends CrossEntropyOptions {
  /** Focusing power, 0 or at least 1 (between them the gradient has no bound at p_t = 1); 0 is cross-entropy. */
  readonly gamma?: number
}

/**
 * Mean focal loss; shapes as in `crossEntropyLoss`.
 *
 * @throws RangeError for a `gamma` that is negative, between 0 and 1, or not finite
 */
export function focalLoss(
  logits: Tensor,
  labels: Tensor,
  { gamma = 2, classWeights, itemWeights }: FocalOptions & ItemWeights = {},
): Scalar {
  if (!(gamma === 0 || (gamma >= 1 && Number.isFinite(gamma)))) {
    throw new RangeError(`focalLoss: expected a gamma of 0 or at least 1, got ${gamma}`)
  }
  const inputs = { logits, labels, ...(itemWeights && { itemWeights }) }
  return lossFrom(inputs, (view) => focalTerm(view, { gamma, ...(classWeights && { classWeights }) }))
}

function focalTerm(view: ClassView, { gamma, classWeights }: { gamma: number } & CrossEntropyOptions): LossTerm {
  const losses = view.negativeLogLikelihood() // l = -log p_t, [N, voxels, 1]
  const certainty = tf.exp(tf.neg(losses)) // p_t
  const doubt = tf.sub(1, certainty)
  const scale = tf.mul(classWeights ? voxelWeights(view, classWeights) : tf.scalar(1), itemFactor(view))
  const focus = power(doubt, gamma)
  // d/dl of (1 - p_t)^gamma l with dp_t/dl = -p_t; dl/dz = p - y
  const slope =
    gamma === 0 ? focus : tf.add(focus, tf.mul(power(doubt, gamma - 1), tf.mul(tf.mul(certainty, losses), gamma)))
  return {
    value: tf.sum(tf.mul(tf.mul(focus, losses), scale)) as Scalar,
    gradient: tf.mul(tf.sub(view.probabilities, view.truth), tf.mul(slope, scale)),
  }
}

/** `base ** exponent`, without the slow kernel for the usual exponents. */
function power(base: tf.Tensor, exponent: number): tf.Tensor {
  if (exponent === 0) return tf.onesLike(base)
  if (exponent === 1) return base
  return exponent === 2 ? tf.square(base) : tf.pow(base, tf.scalar(exponent))
}
