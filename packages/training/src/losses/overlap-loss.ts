/**
 * What soft Dice and Tversky share: one minus the mean over classes (and, unless `batch`, over items) of an overlap
 * score built from three sums over the voxels,
 *
 * I = sum p y, P = sum p (or sum p^2), Y = sum y,
 *
 * with the gradient -(dscore/dI y + dscore/dP dP/dp) / count carried through the activation by hand.
 *
 * @module
 */
import * as tf from '@tensorflow/tfjs-core'
import type { ClassView } from './class-view.ts'
import { fusedGradient, fusedSums, hasFusedLoss } from './fused-loss.ts'
import type { LossTerm } from './loss.ts'

export interface OverlapOptions {
  /** Added to numerator and denominator; makes a class that is absent from labels and prediction score 1. */
  readonly smooth: number
  /** Whether channel 0 counts when there are several channels. */
  readonly includeBackground: boolean
  /** Sum over the batch before dividing (as nnU-Net's batch Dice) instead of scoring each item alone. */
  readonly batch: boolean
}

/** Sums over voxels, each `[groups, 1, C]`, where a group is an item, or the whole batch with `batch`. */
export interface OverlapSums {
  readonly intersection: tf.Tensor
  readonly predicted: tf.Tensor
  readonly labelled: tf.Tensor
}

/** A score and its derivatives with respect to the intersection and the predicted sum, each `[groups, 1, C]`. */
export interface OverlapScore {
  readonly score: tf.Tensor
  readonly byIntersection: tf.Tensor
  readonly byPredicted: tf.Tensor
}

export interface OverlapMeasure extends OverlapOptions {
  readonly squared: boolean
  score(sums: OverlapSums): OverlapScore
}

/** The loss term of an overlap measure. */
export function overlapTerm(view: ClassView, measure: OverlapMeasure): LossTerm {
  if (hasFusedLoss(view)) return fusedOverlapTerm(view, measure)
  const { shape } = view.truth
  // With batch sums the items are one long item, [1, N voxels, C].
  const whole = measure.batch && !view.itemShares
  const grouped = (values: tf.Tensor) => (whole ? tf.reshape(values, [1, -1, shape[2]]) : values) as tf.Tensor3D
  const [truth, probabilities] = [grouped(view.truth), grouped(view.probabilities)]
  const shared = tf.mul(probabilities, truth) as tf.Tensor3D
  const own = measure.squared ? tf.square(probabilities) : probabilities
  const total = (values: tf.Tensor) => tf.sum(values, 1, true)
  const { score, byIntersection, byPredicted } = measure.score({
    intersection: total(shared),
    predicted: total(own),
    labelled: total(truth),
  })
  const share = classShare(view, { ...measure, groups: truth.shape[0] })
  // p dL/dp, of which every part is a sum above scaled by class; both p and p^2 give a multiple of themselves.
  const weighted = tf.add(
    scaleClasses(shared, tf.mul(byIntersection, share)),
    scaleClasses(own, tf.mul(byPredicted, tf.mul(share, measure.squared ? 2 : 1))),
  )
  return {
    value: tf.sum(tf.mul(tf.sub(1, score), share)) as tf.Scalar,
    gradient: view.throughActivation(tf.reshape(tf.neg(weighted), shape)),
  }
}

function fusedOverlapTerm(view: ClassView, measure: OverlapMeasure): LossTerm {
  const groups = measure.batch && !view.itemShares ? 1 : view.source.logits.shape[0]
  const options = { groups, squared: measure.squared, entropy: false, crossEntropy: 0 }
  const { score, byIntersection, byPredicted } = measure.score(fusedSums(view, options))
  const share = classShare(view, { ...measure, groups })
  const slope = (values: tf.Tensor) => tf.neg(tf.mul(values, share))
  const slopes = { byIntersection: slope(byIntersection), byPredicted: slope(byPredicted) }
  return {
    value: tf.sum(tf.mul(tf.sub(1, score), share)) as tf.Scalar,
    gradient: fusedGradient(view, slopes, options),
  }
}

/** Multiplies each class by its factor, `[groups, 1, C]`, as a product with a diagonal: wasm broadcasts slowly there. */
function scaleClasses(values: tf.Tensor3D, factors: tf.Tensor): tf.Tensor {
  const channels = values.shape[2]
  return tf.matMul(values, tf.mul(tf.reshape(tf.eye(channels), [1, channels, channels]), factors) as tf.Tensor3D)
}

/** The weight of each class in the mean, `[1 or groups, 1, C]`: zero for a background that does not count. */
function classShare(
  { channels, itemShares }: ClassView,
  { includeBackground, groups }: OverlapOptions & { groups: number },
): tf.Tensor {
  const skipped = channels > 1 && !includeBackground ? 1 : 0
  const weights = (itemShares ?? [1 / groups]).map((share) =>
    Array.from({ length: channels }, (_, channel) => (channel < skipped ? 0 : share / (channels - skipped))),
  )
  return tf.tensor(weights.flat(), [weights.length, 1, channels])
}

/** Throws RangeError unless `smooth` is a positive finite number: zero would leave an absent class as 0 / 0. */
export function checkSmooth(caller: string, smooth: number): void {
  if (!(smooth > 0 && Number.isFinite(smooth))) {
    throw new RangeError(`${caller}: expected a positive finite smooth, got ${smooth}`)
  }
}
