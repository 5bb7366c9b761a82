/**
 * Quasi-random search: the scrambled Sobol sequence, which covers the space more evenly than random draws.
 *
 * The n-th trial that is not enqueued gets the n-th point, whatever the others gave and whenever they finish (Optuna's
 * QMCSampler counts in a study attribute). Numbers of trials that are powers of two are the most even.
 *
 * @module
 */
import { createRng } from '@leanvox/random'
import { type Params } from './distribution.ts'
import { randomSampler } from './random-sampler.ts'
import { type Sampler } from './sampler.ts'
import { createSobol, MOST_SOBOL_DIMENSIONS, type Sobol } from './sobol.ts'
import { fromUnit } from './units.ts'

export interface QmcSamplerOptions {
  readonly seed?: number
  /** Default true. Without it the sequence begins at the low end of every range, and seeds do not differ. */
  readonly scramble?: boolean
}

/**
 * The quasi-random sampler, up to 200 parameters; what is beyond is drawn at random, and so is what a define-by-run
 * objective asks for that not all finished trials had.
 */
export function qmcSampler({ seed = 0, scramble = true }: QmcSamplerOptions = {}): Sampler {
  const random = randomSampler({ seed })
  const rng = createRng(seed).split('qmc-sampler')
  const sequences = new Map<number, Sobol>()
  return {
    name: 'qmc',
    sample(context) {
      const drawn = random.sample(context)
      const names = Object.keys(context.space).sort().slice(0, MOST_SOBOL_DIMENSIONS)
      if (context.independent || names.length === 0) return drawn
      const sobol = sequences.get(names.length) ?? createSobol(names.length, scramble ? rng : undefined)
      sequences.set(names.length, sobol)
      const point = sobol.point(context.ordinal)
      const found = names.map((name, dimension) => [name, fromUnit(context.space[name], point[dimension])])
      return { ...drawn, ...(Object.fromEntries(found) as Params) }
    },
  }
}
