/**
 * Soft Dice loss, 1 - mean over classes of (2 I + smooth) / (P + Y + smooth).
 *
 * `denominator: 'plain'` takes P = sum p (Drozdzal et al. 2016, nnU-Net); `'squared'` takes P = sum p^2 (Milletari et
 * al., V-Net, 3DV 2016). The choice of 1e-5 for `smooth` and of batch sums is ours, after nnU-Net.
 *
 * @module
 */
import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import type { ClassView } from './class-view.ts'
import { lossFrom, type ItemWeights, type LossTerm } from './loss.ts'
import { checkSmooth, overlapTerm, type OverlapOptions, type OverlapScore, type OverlapSums } from './overlap-loss.ts'

export interface SoftDiceOptions extends Partial<OverlapOptions> {
  readonly denominator?: 'plain' | 'squared'
}

/**
 * Soft Dice loss in [0, 1].
 *
 * @param logits `[N, ...spatial, C]`; C > 1: softmax, background left out unless `includeBackground`; C = 1: sigmoid
 * @param labels class indices `[N, ...spatial]` or one-hot in the logits' shape
 * @returns 0 for a class absent from labels and prediction (smooth / smooth = 1); close to 1 for a class absent from
 *   the labels but predicted, with a gradient of the order smooth / P^2
 */
export function softDiceLoss(
  logits: Tensor,
  labels: Tensor,
  { itemWeights, ...options }: SoftDiceOptions & ItemWeights = {},
): Scalar {
  return lossFrom({ logits, labels, ...(itemWeights && { itemWeights }) }, (view) => softDiceTerm(view, options))
}

/** The term behind {@link softDiceLoss}, for sums of losses. */
export function softDiceTerm(
  view: ClassView,
  { denominator = 'plain', smooth = 1e-5, includeBackground = false, batch = true }: SoftDiceOptions,
): LossTerm {
  checkSmooth('softDiceLoss', smooth)
  const squared = denominator === 'squared'
  return overlapTerm(view, { smooth, includeBackground, batch, squared, score: (sums) => diceScore(sums, smooth) })
}

function diceScore({ intersection, predicted, labelled }: OverlapSums, smooth: number): OverlapScore {
  const denominator = tf.add(tf.add(predicted, labelled), smooth)
  const score = tf.div(tf.add(tf.mul(intersection, 2), smooth), denominator)
  return { score, byIntersection: tf.div(2, denominator), byPredicted: tf.neg(tf.div(score, denominator)) }
}
