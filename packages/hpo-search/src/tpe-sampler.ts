/**
 * The tree-structured Parzen estimator (Bergstra et al., 2011 and 2013) with the defaults of Optuna 5.
 *
 * Finished trials are split into the best min(ceil(n / 10), 25) and the rest; both get a Parzen estimator, 24 candidates
 * are drawn from the good one, and the one with the largest ratio good(x) / rest(x) is proposed. Until ten trials have
 * finished, settings are random. With several directions good are the first non-dominated fronts, ceil(n / 10) trials,
 * the last front thinned out by hypervolume (Ozaki et al., 2020); their kernels weigh the same, and the weights of
 * hypervolume that paper gives them are left out, as in Optuna 5.
 *
 * @module
 */
import { createRng } from '@leanvox/random'
import { type Params, type Space } from './distribution.ts'
import { type Direction } from './frozen-trial.ts'
import { createSeenSpaces } from './intersection-space.ts'
import { bestFronts } from './pareto-split.ts'
import { randomSampler } from './random-sampler.ts'
import { createRanking, type Ranking } from './ranking.ts'
import { type SampleContext, type Sampler } from './sampler.ts'
import { createTpeModel, type TpeModel } from './tpe-model.ts'

export interface TpeSamplerOptions {
  readonly seed?: number
  /** Trials (completed or pruned) before the model is used. Default 10. */
  readonly nStartupTrials?: number
  /** Candidates drawn per proposal. Default 24. */
  readonly nEiCandidates?: number
  /** Model all parameters of a trial together. Default true with one direction, false with several, as in Optuna 5. */
  readonly multivariate?: boolean
  /**
   * For define-by-run studies whose trials differ in their parameters: model together what always appeared together,
   * not only what every trial had. Implies `multivariate`. Default false.
   */
  readonly group?: boolean
  /**
   * Count trials in flight among the bad ones, so that those asked for side by side do not crowd. Default true. What is
   * proposed then depends on what is in flight; run with `ordered` where that must not be.
   */
  readonly constantLiar?: boolean
  /** How many of n finished trials count as good. Default `min(ceil(n / 10), 25)`; ceil(n / 10) with several directions. */
  readonly gamma?: (n: number) => number
}

/** Spaces whose models are kept; a study that keeps changing its ranges must not fill the memory. */
const MOST_MODELS = 100

/**
 * The TPE sampler. Constraints: trials that broke theirs rank behind all others, by how much.
 *
 * @throws RangeError for a negative number of start-up trials, fewer than one candidate, or `group` without `multivariate`
 */
export function tpeSampler(options: TpeSamplerOptions = {}): Sampler {
  const { seed = 0, nStartupTrials = 10, nEiCandidates = 24, group = false, constantLiar = true } = options
  checkOptions({ nStartupTrials, nEiCandidates, group, multivariate: options.multivariate })
  const random = randomSampler({ seed })
  const rng = createRng(seed)
  const rankingFor = createRankings()
  const modelFor = createModels()
  const seen = createSeenSpaces()

  function spacesOf({ space, trials, directions }: SampleContext): readonly Space[] {
    if (!(options.multivariate ?? (group || directions.length === 1))) return apart(space)
    if (!group) return [space]
    seen.follow(trials)
    return inGroups(space, seen.groups())
  }

  return {
    name: 'tpe',
    jointSpace: group ? 'union' : 'intersection',
    sample(context) {
      const { number, trials, directions } = context
      const ranking = rankingFor(directions)
      ranking.follow(trials)
      if (ranking.size < Math.max(1, nStartupTrials)) return random.sample(context)
      const good = goodTrials(context, { ranking, gamma: options.gamma })
      const proposals = spacesOf(context).map((space) => {
        const model = modelFor(space)
        model.follow(trials)
        return model.propose({
          good,
          running: constantLiar ? context.running : [],
          nEiCandidates,
          rampGood: directions.length === 1,
          rng: rng.split('tpe-sampler', number, ...Object.keys(space)),
        })
      })
      return Object.assign({}, ...proposals) as Params
    },
  }
}

function checkOptions({
  nStartupTrials,
  nEiCandidates,
  group,
  multivariate,
}: Pick<Required<TpeSamplerOptions>, 'nStartupTrials' | 'nEiCandidates' | 'group'> & {
  multivariate: boolean | undefined
}): void {
  if (!(nStartupTrials >= 0)) throw new RangeError(`tpeSampler: expected nStartupTrials >= 0, got ${nStartupTrials}`)
  if (!(nEiCandidates >= 1)) throw new RangeError(`tpeSampler: expected nEiCandidates >= 1, got ${nEiCandidates}`)
  if (group && multivariate === false) {
    throw new RangeError('tpeSampler: expected multivariate with group, got multivariate false')
  }
}

function goodTrials(
  { trials, directions }: SampleContext,
  { ranking, gamma }: { ranking: Ranking; gamma: ((n: number) => number) | undefined },
): ReadonlySet<number> {
  if (directions.length === 1) {
    const { size } = ranking
    return ranking.best(gamma === undefined ? Math.min(Math.ceil(0.1 * size), 25) : gamma(size))
  }
  const count = gamma === undefined ? Math.ceil(0.1 * ranking.size) : gamma(ranking.size)
  return bestFronts(trials, { directions, count })
}

/** With several directions the ranking only counts; its order is that of the fronts. */
function createRankings(): (directions: readonly Direction[]) => Ranking {
  const rankings = new Map<string, Ranking>()
  return (directions) => {
    const key = directions.join()
    const ranking = rankings.get(key) ?? createRanking(directions[0])
    rankings.set(key, ranking)
    return ranking
  }
}

function createModels(): (space: Space) => TpeModel {
  const models = new Map<string, TpeModel>()
  return (space) => {
    const key = JSON.stringify(space)
    const model = models.get(key) ?? createTpeModel(space)
    if (!models.has(key) && models.size >= MOST_MODELS) models.delete(models.keys().next().value as string)
    models.set(key, model)
    return model
  }
}

function apart(space: Space): Space[] {
  return Object.entries(space).map(([name, distribution]) => ({ [name]: distribution }))
}

/** The space cut along groups; what is in none is one more group. */
function inGroups(space: Space, groups: readonly Space[]): Space[] {
  const rest = new Set(Object.keys(space))
  const cut = groups.map((group) => {
    const names = Object.keys(group).filter((name) => rest.delete(name))
    return Object.fromEntries(names.map((name) => [name, space[name]]))
  })
  const unseen = Object.fromEntries([...rest].map((name) => [name, space[name]]))
  return [...cut, unseen].filter((each) => Object.keys(each).length > 0)
}
