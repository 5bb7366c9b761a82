/**
 * A loss from its name and options, as a configuration file gives them.
 *
 * @module
 */
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import { crossEntropyLoss, type CrossEntropyOptions } from './cross-entropy.ts'
import { diceCrossEntropyLoss, type DiceCrossEntropyOptions } from './dice-cross-entropy.ts'
import { focalLoss, type FocalOptions } from './focal.ts'
import type { ItemWeights, Loss } from './loss.ts'
import { softDiceLoss, type SoftDiceOptions } from './soft-dice.ts'
import { tverskyLoss, type TverskyOptions } from './tversky.ts'

/** The options that each name takes. */
export interface LossOptions {
  readonly dice: SoftDiceOptions
  readonly 'cross-entropy': CrossEntropyOptions
  readonly 'dice-cross-entropy': DiceCrossEntropyOptions
  readonly focal: FocalOptions
  readonly tversky: TverskyOptions
}

export type LossName = keyof LossOptions

type LossMakers = { readonly [Name in LossName]: (options: LossOptions[Name]) => Loss }

const MAKERS: LossMakers = {
  dice: (options) => bound(softDiceLoss, options),
  'cross-entropy': (options) => bound(crossEntropyLoss, options),
  'dice-cross-entropy': (options) => bound(diceCrossEntropyLoss, options),
  focal: (options) => bound(focalLoss, options),
  tversky: (options) => bound(tverskyLoss, options),
}

function bound<Options extends object>(
  loss: (logits: Tensor, labels: Tensor, options: Options & ItemWeights) => Scalar,
  options: Options,
): Loss {
  return (logits, labels, itemWeights) => loss(logits, labels, { ...options, ...(itemWeights && { itemWeights }) })
}

/**
 * The loss called `name` with its options bound.
 *
 * @throws RangeError naming the known losses for another name
 */
export function lossByName<Name extends LossName>(name: Name, options: LossOptions[Name] = {}): Loss {
  if (!Object.hasOwn(MAKERS, name)) {
    throw new RangeError(`lossByName: expected one of ${Object.keys(MAKERS).join(', ')}, got ${name}`)
  }
  return MAKERS[name](options)
}
