/**
 * A loss from its name and options, as a configuration file gives them.
 *
 * @module
 */
import { crossEntropyLoss, type CrossEntropyOptions } from './cross-entropy.ts'
import { diceCrossEntropyLoss, type DiceCrossEntropyOptions } from './dice-cross-entropy.ts'
import { focalLoss, type FocalOptions } from './focal.ts'
import type { Loss } from './loss.ts'
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
  dice: (options) => (logits, labels) => softDiceLoss(logits, labels, options),
  'cross-entropy': (options) => (logits, labels) => crossEntropyLoss(logits, labels, options),
  'dice-cross-entropy': (options) => (logits, labels) => diceCrossEntropyLoss(logits, labels, options),
  focal: (options) => (logits, labels) => focalLoss(logits, labels, options),
  tversky: (options) => (logits, labels) => tverskyLoss(logits, labels, options),
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
