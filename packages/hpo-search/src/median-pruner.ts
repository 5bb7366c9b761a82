/**
 * Stopping trials whose best report so far is worse than the median of the completed trials at the same step.
 *
 * @module
 */
import { percentileRule, type PercentilePrunerOptions } from './percentile-pruner.ts'
import { type Pruner } from './pruner.ts'

export interface MedianPrunerOptions extends PercentilePrunerOptions {}

/**
 * The median rule of Optuna's MedianPruner: `percentilePruner(50)`. One direction only.
 *
 * @throws RangeError for a negative or fractional count, or an interval below 1
 */
export function medianPruner(options: MedianPrunerOptions = {}): Pruner {
  return percentileRule('medianPruner', { percentile: 50, options })
}
