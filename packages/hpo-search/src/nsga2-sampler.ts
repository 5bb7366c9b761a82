/**
 * NSGA-II (Deb, Pratap, Agarwal and Meyarivan, IEEE TEVC 2002) with the defaults of Optuna 5.
 *
 * Generations of 50. Parents are the best 50 of the last generation and its parents, by non-dominated front, then by
 * crowding distance; a child takes each parameter from one of two parents chosen by tournament (or, one time in ten,
 * all from one), and each is drawn anew with probability 1/n. Feasible trials beat infeasible ones, of which the less
 * broken wins. With one direction it is a plain genetic algorithm.
 *
 * @module
 */
import { createRng, type Rng } from '@leanvox/random'
import { areCompatible, contains, type Params, type Space } from './distribution.ts'
import { violationOf, type Direction, type FrozenTrial } from './frozen-trial.ts'
import { createGenerations, type Generations } from './generations.ts'
import { crowdingDistances, dominates, frontRanks, losses } from './pareto-front.ts'
import { randomSampler } from './random-sampler.ts'
import { type SampleContext, type Sampler } from './sampler.ts'

export interface Nsga2SamplerOptions {
  readonly seed?: number
  /** Trials of a generation, and parents of the next. Default 50. */
  readonly populationSize?: number
  /** Chance of a parameter of a child to be drawn anew. Default 1/n for n parameters. */
  readonly mutationProbability?: number
  /** Chance of a child to have two parents. Default 0.9. */
  readonly crossoverProbability?: number
  /** Chance of a parameter to come from the second parent. Default 0.5. */
  readonly swappingProbability?: number
}

const generationKey = 'nsga2:generation'

/** The parents of a generation; none for the first, which is random. */
type Parents = readonly FrozenTrial[]

/**
 * The NSGA-II sampler, for any number of directions. Parameters that a parent does not have are drawn at random. With
 * several workers the trials of a generation may run side by side without a difference, but which generation a trial
 * belongs to depends on those that have finished when it is asked for (see `ordered`).
 *
 * @throws RangeError for a population below 2 or a probability outside of [0, 1]
 */
export function nsga2Sampler(options: Nsga2SamplerOptions = {}): Sampler {
  checkOptions(options)
  const { seed = 0, populationSize = 50 } = options
  const random = randomSampler({ seed })
  const rng = createRng(seed)
  const searches = new Map<string, Generations<Parents>>()

  function searchFor({ trials, directions }: SampleContext): Generations<Parents> {
    const key = directions.join()
    const generations = searches.get(key) ?? createGenerations(rulesOf(directions, populationSize))
    searches.set(key, generations)
    generations.follow(trials)
    return generations
  }

  return {
    name: 'nsga2',
    mark: (context) => ({ [generationKey]: searchFor(context).current() }),
    sample(context) {
      const drawn = random.sample(context)
      if (context.independent) return drawn
      const generation = Number(context.systemAttributes[generationKey] ?? Infinity)
      const parents = searchFor(context).stateOf(generation)
      if (parents.length === 0) return drawn
      const stream = rng.split('nsga2', context.number)
      return { ...drawn, ...childOf(parents, { options, context, rng: stream }) }
    },
  }
}

function rulesOf(directions: readonly Direction[], size: number) {
  return {
    key: generationKey,
    fits: ({ values }: FrozenTrial) => values?.length === directions.length,
    initial: (): Parents => [],
    populationSize: () => size,
    next: (parents: Parents, population: Parents): Parents => elite([...parents, ...population], { directions, size }),
  }
}

interface Individual {
  readonly trial: FrozenTrial
  readonly loss: readonly number[]
  readonly violation: number
}

function individual(trial: FrozenTrial, directions: readonly Direction[]): Individual {
  return { trial, loss: losses(trial.values as number[], directions), violation: violationOf(trial) }
}

/** Constrained dominance (Deb et al., section VI). */
function beats(one: Individual, other: Individual): boolean {
  if (one.violation > 0 || other.violation > 0) return one.violation < other.violation
  return dominates(one.loss, other.loss)
}

function elite(
  trials: readonly FrozenTrial[],
  { directions, size }: { directions: readonly Direction[]; size: number },
): FrozenTrial[] {
  const individuals = trials.map((trial) => individual(trial, directions))
  const ranks = frontRanks(
    individuals.map(({ loss }) => loss),
    (one, other) => beats(individuals[one], individuals[other]),
  )
  const chosen: FrozenTrial[] = []
  for (let rank = 0; chosen.length < size; rank++) {
    const front = individuals.filter((_, index) => ranks[index] === rank)
    if (front.length === 0) break
    const distances = crowdingDistances(front.map(({ loss }) => loss))
    const order = front
      .map((_, index) => index)
      .sort((a, b) => (distances[b] === distances[a] ? a - b : distances[b] > distances[a] ? 1 : -1))
    chosen.push(...order.slice(0, size - chosen.length).map((index) => front[index].trial))
  }
  return chosen
}

/** A child of two parents; only parameters that are still what the parent had. */
function childOf(
  parents: Parents,
  { options, context, rng }: { options: Nsga2SamplerOptions; context: SampleContext; rng: Rng },
): Params {
  const { crossoverProbability = 0.9, swappingProbability = 0.5 } = options
  const { space, directions } = context
  const mutationProbability = options.mutationProbability ?? 1 / Math.max(1, Object.keys(space).length)
  const isCrossed = rng.uniform() < crossoverProbability
  const first = isCrossed ? tournament(parents, { directions, rng }) : parents[rng.integer(parents.length)]
  const others = parents.filter((trial) => trial !== first)
  const second = isCrossed && others.length > 0 ? tournament(others, { directions, rng }) : first
  const child: Record<string, Params[string]> = {}
  for (const name of Object.keys(space)) {
    const giver = rng.uniform() < swappingProbability ? second : first
    if (rng.uniform() >= mutationProbability && has(giver, { name, space })) child[name] = giver.params[name]
  }
  return child
}

function has({ params, distributions }: FrozenTrial, { name, space }: { name: string; space: Space }): boolean {
  return name in params && areCompatible(distributions[name], space[name]) && contains(space[name], params[name])
}

function tournament(
  parents: Parents,
  { directions, rng }: { directions: readonly Direction[]; rng: Rng },
): FrozenTrial {
  const [one, other] = [parents[rng.integer(parents.length)], parents[rng.integer(parents.length)]]
  return beats(individual(one, directions), individual(other, directions)) ? one : other
}

function checkOptions(options: Nsga2SamplerOptions): void {
  const {
    populationSize = 50,
    mutationProbability = 0,
    crossoverProbability = 0.9,
    swappingProbability = 0.5,
  } = options
  if (!Number.isSafeInteger(populationSize) || populationSize < 2) {
    throw new RangeError(`nsga2Sampler: expected populationSize >= 2, got ${populationSize}`)
  }
  for (const [name, value] of Object.entries({ mutationProbability, crossoverProbability, swappingProbability })) {
    if (!(value >= 0 && value <= 1)) throw new RangeError(`nsga2Sampler: expected ${name} in [0, 1], got ${value}`)
  }
}
