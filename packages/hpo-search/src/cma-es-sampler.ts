/**
 * CMA-ES as a sampler: numeric parameters evolve together, all others are drawn at random.
 *
 * With the defaults of Optuna's CmaEsSampler: positions in the unit cube (logarithms with `log`, the middle of a cell on a
 * grid), mean at its centre, step 1/6, populations of 4 + floor(3 ln n), the first trial at random. Restarts double the
 * population (IPOP: Auger and Hansen, CEC 2005); Optuna has given them up, here they are an option.
 *
 * @module
 */
import { createRng, type Rng } from '@leanvox/random'
import { drawFromCma, hasConverged, initialCmaState, updateCma, type CmaState } from './cma-es.ts'
import { areCompatible, type Params, type Space } from './distribution.ts'
import { type Direction, type FrozenTrial } from './frozen-trial.ts'
import { createGenerations, type Generations } from './generations.ts'
import { randomSampler } from './random-sampler.ts'
import { singleDirection, type SampleContext, type Sampler } from './sampler.ts'
import { fromUnit, toUnit } from './units.ts'

export interface CmaEsSamplerOptions {
  readonly seed?: number
  /** Completed trials before the strategy is used. Default 1. */
  readonly nStartupTrials?: number
  /** Trials of a generation. Default 4 + floor(3 ln n) for n numeric parameters. */
  readonly populationSize?: number
  /** Initial step as a share of each range. Default 1/6. */
  readonly sigma?: number
  /** What to do when the search has converged: go on, or start elsewhere with twice the population. Default `'none'`. */
  readonly restarts?: 'none' | 'ipop'
}

const generationKey = 'cma:generation'

/**
 * The CMA-ES sampler; one direction only. Constraints are not looked at. Only completed trials that it proposed teach it;
 * enqueued ones do not. With several workers the trials of a generation may run side by side without a difference, but
 * which generation a trial belongs to depends on those that have finished when it is asked for (see `ordered`).
 *
 * @throws RangeError for an option out of range
 */
export function cmaEsSampler(options: CmaEsSamplerOptions = {}): Sampler {
  checkOptions(options)
  const { seed = 0, nStartupTrials = 1 } = options
  const random = randomSampler({ seed })
  const rng = createRng(seed)
  const searches = new Map<string, Generations<CmaState>>()

  /** The search over the numeric parameters, or null while settings are random. */
  function searchFor({ space, trials, directions, independent }: SampleContext) {
    const direction = singleDirection(directions, 'cmaEsSampler')
    const numeric = Object.fromEntries(Object.entries(space).filter(([, { type }]) => type !== 'categorical'))
    if (independent || Object.keys(numeric).length === 0 || !hasCompleted(trials, nStartupTrials)) return null
    const key = JSON.stringify([numeric, direction])
    const generations =
      searches.get(key) ?? createGenerations(rulesOf(numeric, { options, direction, rng: rng.split('restart') }))
    searches.set(key, generations)
    generations.follow(trials)
    return { generations, numeric }
  }

  return {
    name: 'cma-es',
    mark(context) {
      const search = 'fixed_params' in context.systemAttributes ? null : searchFor(context)
      return search === null ? {} : { [generationKey]: search.generations.current() }
    },
    sample(context) {
      const search = searchFor(context)
      if (search === null) return random.sample(context)
      const { generations, numeric } = search
      const generation = Number(context.systemAttributes[generationKey] ?? Infinity)
      const x = drawFromCma(generations.stateOf(generation), rng.split('cma-es', context.number))
      const found = Object.entries(numeric).map(([name, each], dim) => [name, fromUnit(each, x[dim])])
      return { ...random.sample(context), ...(Object.fromEntries(found) as Params) }
    },
  }
}

function rulesOf(
  space: Space,
  { options, direction, rng }: { options: CmaEsSamplerOptions; direction: Direction; rng: Rng },
) {
  const { sigma = 1 / 6, restarts = 'none' } = options
  const entries = Object.entries(space)
  const n = entries.length
  const sign = direction === 'maximize' ? -1 : 1
  const start = (mean: Float64Array, populationSize: number) => initialCmaState({ mean, sigma, populationSize })
  const solutionOf = ({ params, value }: FrozenTrial) => ({
    x: Float64Array.from(entries, ([name, each]) => toUnit(each, params[name])),
    loss: sign * (value as number),
  })
  return {
    key: generationKey,
    fits: ({ params, distributions, value }: FrozenTrial) =>
      value !== null && entries.every(([name, each]) => name in params && areCompatible(distributions[name], each)),
    initial: () => start(new Float64Array(n).fill(0.5), options.populationSize ?? 4 + Math.floor(3 * Math.log(n))),
    populationSize: (state: CmaState) => state.populationSize,
    next(state: CmaState, population: readonly FrozenTrial[]) {
      const next = updateCma(state, population.map(solutionOf))
      if (restarts === 'none' || !hasConverged(next)) return next
      const stream = rng.split(state.populationSize, population[0].number)
      return start(
        new Float64Array(n).map(() => stream.uniform()),
        2 * state.populationSize,
      )
    },
  }
}

function hasCompleted(trials: readonly FrozenTrial[], count: number): boolean {
  if (count <= 0) return true
  let completed = 0
  for (const { state } of trials) if (state === 'complete' && ++completed >= count) return true
  return false
}

function checkOptions({ nStartupTrials = 1, populationSize = 2, sigma = 1 / 6 }: CmaEsSamplerOptions): void {
  const checks: [name: string, value: number, holds: boolean][] = [
    ['nStartupTrials >= 0', nStartupTrials, nStartupTrials >= 0],
    ['populationSize >= 2', populationSize, Number.isSafeInteger(populationSize) && populationSize >= 2],
    ['sigma > 0', sigma, sigma > 0],
  ]
  const failed = checks.find(([, , holds]) => !holds)
  if (failed !== undefined) throw new RangeError(`cmaEsSampler: expected ${failed[0]}, got ${failed[1]}`)
}
