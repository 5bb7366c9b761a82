/**
 * Taking over the plan of an epoch: it is checked, and passed through JSON as the checkpoint does, so that the hooks of
 * a continued run see what those of an undisturbed one see.
 *
 * @module
 */
import { checkGroup } from '../patches/batch-group.ts'
import type { EpochPlan } from './hooks.ts'

/**
 * The plan as it is kept.
 *
 * @param count the number of cases
 * @throws RangeError for weights that are not one for each case, a draw weight of 0 or less, a loss weight below 0,
 *   or extra items of no case
 */
export function adoptedPlan(given: EpochPlan, count: number): EpochPlan {
  const { drawWeights, lossWeights, extra } = given
  if (drawWeights) checkWeights(drawWeights, { name: 'drawWeights', count, positive: true })
  if (lossWeights) checkWeights(lossWeights, { name: 'lossWeights', count, positive: false })
  if (extra) checkGroup(extra, { name: 'extra', count })
  return JSON.parse(JSON.stringify(given)) as EpochPlan
}

function checkWeights(
  weights: readonly number[],
  { name, count, positive }: { name: string; count: number; positive: boolean },
): void {
  if (!Array.isArray(weights) || weights.length !== count) {
    throw new RangeError(`train: expected an array of ${count} ${name}, one a case, got ${lengthOf(weights)}`)
  }
  const index = weights.findIndex((weight) => !((positive ? weight > 0 : weight >= 0) && weight < Infinity))
  if (index < 0) return
  const range = positive ? 'above 0' : 'of at least 0'
  throw new RangeError(`train: expected finite ${name} ${range}, got ${weights[index]} for case ${index}`)
}

function lengthOf(weights: readonly number[]): string {
  return Array.isArray(weights) ? `${weights.length}` : Object.prototype.toString.call(weights)
}
