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
import type { LossTerm } from './loss.ts'

export interface OverlapOptions {
  /** Added to numerator and denominator; makes a class that is absent from labels and prediction score 1. */
  readonly smooth: number
  /** Whether channel 0 counts when there are several channels. */
  readonly includeBackground: boolean
  /** Sum over the batch before dividing (as nnU-Net's batch Dice) instead of scoring each item alone. */
  readonly batch: boolean
}

/** Sums of one class, each `[1 or N, 1, C]`. */
export interface OverlapSums {
  readonly intersection: tf.Tensor
  readonly predicted: tf.Tensor
  readonly labelled: tf.Tensor
}

/** A score and its derivatives with respect to the intersection and the predicted sum, each `[1 or N, 1, C]`. */
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
  const { truth, probabilities } = view
  const axes = measure.batch ? [0, 1] : [1]
  const total = (values: tf.Tensor) => tf.sum(values, axes, true)
  const { score, byIntersection, byPredicted } = measure.score({
    intersection: total(tf.mul(probabilities, truth)),
    predicted: total(measure.squared ? tf.square(probabilities) : probabilities),
    labelled: total(truth),
  })
  const share = classShare(view.channels, { ...measure, groups: score.shape[0] })
  const slope = tf.neg(tf.mul(byPredicted, share)) // [1 or N, 1, C]
  const byProbability = tf.sub(
    measure.squared ? tf.mul(probabilities, tf.mul(slope, 2)) : slope,
    tf.mul(truth, tf.mul(byIntersection, share)),
  )
  return {
    value: tf.sum(tf.mul(tf.sub(1, score), share)) as tf.Scalar,
    gradient: view.throughActivation(byProbability),
  }
}

/** The weight of each class in the mean, `[1, 1, C]`: zero for a background that does not count. */
function classShare(channels: number, { includeBackground, groups }: OverlapOptions & { groups: number }): tf.Tensor {
  const skipped = channels > 1 && !includeBackground ? 1 : 0
  const weight = 1 / ((channels - skipped) * groups)
  const weights = Array.from({ length: channels }, (_, channel) => (channel < skipped ? 0 : weight))
  return tf.tensor(weights, [1, 1, channels])
}

/** Throws RangeError unless `smooth` is a positive finite number: zero would leave an absent class as 0 / 0. */
export function checkSmooth(caller: string, smooth: number): void {
  if (!(smooth > 0 && Number.isFinite(smooth))) {
    throw new RangeError(`${caller}: expected a positive finite smooth, got ${smooth}`)
  }
}
