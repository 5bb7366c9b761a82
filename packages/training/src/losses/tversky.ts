/**
 * Tversky loss of Salehi, Erdogmus and Gholipour (MLMI 2017):
 *
 * 1 - mean over classes of (TP + smooth) / (TP + alpha FP + beta FN + smooth),
 * TP = sum p y, FP = sum p (1 - y), FN = sum (1 - p) y.
 *
 * alpha weighs false positives and beta false negatives; alpha = 0.3, beta = 0.7 was the paper's best. alpha = beta = 0.5
 * is soft Dice with half its smooth. The paper has one foreground class; the mean over several is our extension.
 *
 * @module
 */
import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import { lossFrom, type ItemWeights } from './loss.ts'
import { checkSmooth, overlapTerm, type OverlapOptions, type OverlapScore, type OverlapSums } from './overlap-loss.ts'

export interface TverskyOptions extends Partial<OverlapOptions> {
  /** Weight of false positives. */
  readonly alpha?: number
  /** Weight of false negatives. */
  readonly beta?: number
}

/**
 * Tversky loss in [0, 1]; shapes, classes and absent classes as in `softDiceLoss`.
 *
 * @throws RangeError when `alpha` or `beta` is negative or not finite
 */
export function tverskyLoss(
  logits: Tensor,
  labels: Tensor,
  { itemWeights, ...options }: TverskyOptions & ItemWeights = {},
): Scalar {
  const { alpha = 0.3, beta = 0.7, smooth = 1e-5, includeBackground = false, batch = true } = options
  checkSmooth('tverskyLoss', smooth)
  for (const weight of [alpha, beta]) {
    if (!(weight >= 0 && Number.isFinite(weight))) {
      throw new RangeError(`tverskyLoss: expected alpha and beta of at least 0, got ${alpha} and ${beta}`)
    }
  }
  const score = (sums: OverlapSums) => tverskyScore(sums, { alpha, beta, smooth })
  return lossFrom({ logits, labels, ...(itemWeights && { itemWeights }) }, (view) =>
    overlapTerm(view, { smooth, includeBackground, batch, squared: false, score }),
  )
}

function tverskyScore(
  { intersection, predicted, labelled }: OverlapSums,
  { alpha, beta, smooth }: { alpha: number; beta: number; smooth: number },
): OverlapScore {
  // TP + alpha FP + beta FN = (1 - alpha - beta) I + alpha P + beta Y
  const own = 1 - alpha - beta
  const errors = tf.add(tf.mul(predicted, alpha), tf.mul(labelled, beta))
  const denominator = tf.add(tf.add(tf.mul(intersection, own), errors), smooth)
  const score = tf.div(tf.add(intersection, smooth), denominator)
  return {
    score,
    byIntersection: tf.div(tf.sub(1, tf.mul(score, own)), denominator),
    byPredicted: tf.neg(tf.div(tf.mul(score, alpha), denominator)),
  }
}
