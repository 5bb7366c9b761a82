/**
 * The parameters every finished trial had, for define-by-run studies: what a sampler can propose together.
 *
 * Optuna's IntersectionSearchSpace: over completed and pruned trials, in order of name, each with the distribution of
 * the latest trial. Parameters that appear in some trials only are drawn one by one when they are asked for.
 *
 * @module
 */
import { areCompatible, type Space } from './distribution.ts'
import { type FrozenTrial } from './frozen-trial.ts'

/** The common space of completed and pruned trials; empty without any. */
export function intersectionSpace(trials: readonly FrozenTrial[]): Space {
  const useful = trials.filter(({ state }) => state === 'complete' || state === 'pruned')
  const [first, ...rest] = useful.toReversed()
  if (first === undefined) return {}
  const common = Object.entries(first.distributions).filter(([name, distribution]) =>
    rest.every(({ distributions }) => name in distributions && areCompatible(distributions[name], distribution)),
  )
  return Object.fromEntries(common.sort(([one], [other]) => (one < other ? -1 : 1)))
}
