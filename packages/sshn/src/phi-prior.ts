/**
 * Distributions of phi during training; one draw serves a whole mini-batch.
 *
 * `'uniform'` is the prior of the paper, U(0, 0.5) with the default range. `'sqrt-uniform'` makes the area phi^2 uniform,
 * phi = sqrt(U(low^2, high^2)); the authors report no significant difference between the two (OpenReview aN0llPIbdg).
 *
 * @module
 */
import type { Rng } from '@leanvox/random'
import { type PhiRange, requirePhi, requireRange } from './phi.ts'

export interface PhiPrior {
  /** For reports and configurations: `uniform(0, 0.5)`. */
  readonly name: string
  /** A factor in (0, 1]. */
  draw(rng: Rng): number
}

/** A known distribution, all mass on one factor, or a distribution of one's own. */
export type PhiPriorChoice = 'uniform' | 'sqrt-uniform' | { readonly point: number } | PhiPrior

/** The range of the paper. */
export const DEFAULT_RANGE: PhiRange = [0, 0.5]

/**
 * A prior over `range` (low excluded, high included). A custom one is checked at every draw; `range` does not bind it.
 *
 * @throws RangeError for an unknown name, a bad range, a point outside (0, 1]; from `draw`, for a factor outside (0, 1]
 *
 * @example
 * const prior = phiPrior('uniform')
 * train({ applyOptions: ({ rng }) => ({ rescale: prior.draw(rng) }), ... })
 */
export function phiPrior(choice: PhiPriorChoice, range: PhiRange = DEFAULT_RANGE): PhiPrior {
  const [low, high] = requireRange('phiPrior', range)
  if (typeof choice === 'object' && 'point' in choice) {
    const { point } = choice
    requirePhi('phiPrior', point)
    return { name: `point(${point})`, draw: () => point }
  }
  if (typeof choice === 'object') {
    return { name: choice.name, draw: (rng) => requirePhi(choice.name, choice.draw(rng)) }
  }
  // A uniform draw lies in [0, 1); taken from the upper end it excludes low, which may be 0.
  if (choice === 'uniform') {
    return { name: `uniform(${low}, ${high})`, draw: (rng) => high - rng.uniform() * (high - low) }
  }
  if (choice === 'sqrt-uniform') {
    const draw = (rng: Rng) => Math.sqrt(high ** 2 - rng.uniform() * (high ** 2 - low ** 2))
    return { name: `sqrt-uniform(${low}, ${high})`, draw }
  }
  throw new RangeError(`phiPrior: expected uniform, sqrt-uniform, { point } or a prior, got ${String(choice)}`)
}
