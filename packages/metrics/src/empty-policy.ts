/**
 * What a metric is worth where a mask is empty, said for each metric and each of the three ways to be empty.
 *
 * A prediction that misses a structure has no surface and no precision: left undefined and dropped from the mean, a miss
 * would improve it. So by default a miss and an invented structure cost the worst value (0, or the image's diagonal in
 * mm), and only what there is nothing to say about is undefined: both masks empty, and the sensitivity of an empty
 * reference. Matthews correlation is 0 for one empty mask, as good as chance; specificity is always its own value.
 *
 * @module
 */
import type { Grid } from './grid.ts'
import { MASK_METRICS, requireMetrics, type MaskMetricName } from './mask-metrics.ts'

/** Which mask is empty. */
export type EmptyMasks = 'none' | 'both' | 'prediction' | 'reference'

/**
 * What takes the value's place: 'own' is the metric's own value (NaN or Infinity among them), 'nan' leaves the case out
 * of means, 'worst' and 'best' are the ends of the metric's range (for distances the image's diagonal and 0 mm), 'inf',
 * 'zero' and 'one' and any number are what they say.
 */
export type EmptyValue = 'own' | 'nan' | 'worst' | 'best' | 'inf' | 'zero' | 'one' | number

/** The value for each way to be empty. */
export interface EmptyPolicy {
  readonly both: EmptyValue
  /** The structure was missed. */
  readonly prediction: EmptyValue
  /** The structure was invented. */
  readonly reference: EmptyValue
}

/** Changes to the default policies: one value for all three ways, or some of them. */
export type EmptyPolicies = Partial<Record<MaskMetricName, EmptyValue | Partial<EmptyPolicy>>>

const USUAL: EmptyPolicy = { both: 'nan', prediction: 'worst', reference: 'worst' }

const SPECIAL: Partial<Record<MaskMetricName, EmptyPolicy>> = {
  sensitivity: { ...USUAL, reference: 'nan' },
  specificity: { both: 'own', prediction: 'own', reference: 'own' },
  matthewsCorrelation: { both: 'nan', prediction: 'zero', reference: 'zero' },
}

const WORDS = ['own', 'nan', 'worst', 'best', 'inf', 'zero', 'one']

/** The policy of a metric, with the caller's changes to it. */
export function emptyPolicyOf(metric: MaskMetricName, changes: EmptyPolicies = {}): EmptyPolicy {
  const own = SPECIAL[metric] ?? USUAL
  const change = changes[metric]
  if (change === undefined) return own
  if (typeof change === 'object') return { ...own, ...change }
  return { both: change, prediction: change, reference: change }
}

/** Throws RangeError, in the name of the function called, for a policy of no metric or a value that is none. */
export function requirePolicies(changes: EmptyPolicies, caller: string): void {
  requireMetrics(Object.keys(changes), caller)
  for (const change of Object.values(changes)) {
    for (const value of typeof change === 'object' ? Object.values(change) : [change]) {
      if (typeof value === 'number' ? !Number.isNaN(value) : WORDS.includes(value)) continue
      throw new RangeError(`${caller}: expected an empty policy of ${WORDS.join(', ')} or a number, got ${value}`)
    }
  }
}

/** The value of a metric under its policy. */
export function underPolicy(
  metric: MaskMetricName,
  own: number,
  { empty, policy, grid }: { readonly empty: EmptyMasks; readonly policy: EmptyPolicy; readonly grid: Grid },
): number {
  if (empty === 'none') return own
  const value = policy[empty]
  if (typeof value === 'number') return value
  const { best, worst } = MASK_METRICS[metric]
  const values = { own, nan: NaN, best, worst: worst(grid), inf: Infinity, zero: 0, one: 1 }
  return values[value]
}
