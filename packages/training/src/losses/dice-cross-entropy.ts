/**
 * Soft Dice plus cross-entropy, the sum nnU-Net trains with (Isensee et al., Nature Methods 2021). Both terms read one
 * softmax.
 *
 * @module
 */
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import { crossEntropyTerm, type CrossEntropyOptions } from './cross-entropy.ts'
import { lossFrom, weightedSum, type ItemWeights } from './loss.ts'
import { softDiceTerm, type SoftDiceOptions } from './soft-dice.ts'

export interface DiceCrossEntropyOptions extends SoftDiceOptions, CrossEntropyOptions {
  readonly diceWeight?: number
  readonly crossEntropyWeight?: number
}

/** `diceWeight` x soft Dice + `crossEntropyWeight` x cross-entropy; shapes and empty cases as in the two losses. */
export function diceCrossEntropyLoss(
  logits: Tensor,
  labels: Tensor,
  { diceWeight = 1, crossEntropyWeight = 1, itemWeights, ...options }: DiceCrossEntropyOptions & ItemWeights = {},
): Scalar {
  return lossFrom({ logits, labels, ...(itemWeights && { itemWeights }) }, (view) =>
    weightedSum([softDiceTerm(view, options), crossEntropyTerm(view, options)], [diceWeight, crossEntropyWeight]),
  )
}
