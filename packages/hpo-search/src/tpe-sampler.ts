/**
 * The tree-structured Parzen estimator (Bergstra et al., 2011 and 2013) with the defaults of Optuna 5.
 *
 * Finished trials are split into the best min(ceil(n / 10), 25) and the rest; both get a Parzen estimator, 24 candidates
 * are drawn from the good one, and the one with the largest ratio good(x) / rest(x) is proposed. Until ten trials have
 * finished, settings are random. Parameters are modelled together unless `multivariate` is false.
 *
 * @module
 */
import { createRng, type Rng } from '@leanvox/random'
import { areCompatible, contains, type Params, type Space } from './distribution.ts'
import { lastStep, type Direction, type FrozenTrial } from './frozen-trial.ts'
import { parzenEstimator, type InternalSetting, type Observations } from './parzen-estimator.ts'
import { randomSampler } from './random-sampler.ts'
import { singleDirection, type Sampler } from './sampler.ts'
import { fromInternal, toInternal } from './units.ts'

export interface TpeSamplerOptions {
  readonly seed?: number
  /** Trials (completed or pruned) before the model is used. Default 10. */
  readonly nStartupTrials?: number
  /** Candidates drawn per proposal. Default 24. */
  readonly nEiCandidates?: number
  /** Model all parameters of a trial together. Default true, as in Optuna 5 for one objective. */
  readonly multivariate?: boolean
  /** How many of n finished trials count as good. Default `min(ceil(n / 10), 25)`. */
  readonly gamma?: (n: number) => number
}

/**
 * The TPE sampler; one direction only.
 *
 * @throws RangeError for a negative number of start-up trials or fewer than one candidate
 */
export function tpeSampler(options: TpeSamplerOptions = {}): Sampler {
  const { seed = 0, nStartupTrials = 10, nEiCandidates = 24, multivariate = true } = options
  const { gamma = (n) => Math.min(Math.ceil(0.1 * n), 25) } = options
  if (!(nStartupTrials >= 0)) throw new RangeError(`tpeSampler: expected nStartupTrials >= 0, got ${nStartupTrials}`)
  if (!(nEiCandidates >= 1)) throw new RangeError(`tpeSampler: expected nEiCandidates >= 1, got ${nEiCandidates}`)
  const random = randomSampler({ seed })
  const rng = createRng(seed)
  return {
    name: 'tpe',
    sample(context) {
      const direction = singleDirection(context.directions, 'tpeSampler')
      const useful = context.trials.filter(({ state }) => state === 'complete' || state === 'pruned')
      if (useful.length < Math.max(1, nStartupTrials)) return random.sample(context)
      const split = splitTrials(useful, { direction, goodCount: gamma(useful.length) })
      const spaces = multivariate ? [context.space] : Object.entries(context.space).map(([k, v]) => ({ [k]: v }))
      const proposals = spaces.map((space) => {
        const stream = rng.split('tpe-sampler', context.number, ...Object.keys(space))
        return propose(space, { ...split, nEiCandidates, rng: stream })
      })
      return Object.assign({}, ...proposals) as Params
    },
  }
}

interface Split {
  readonly good: readonly FrozenTrial[]
  readonly rest: readonly FrozenTrial[]
}

/** Completed trials by value, then pruned ones by how far they came; both halves back in order of number. */
function splitTrials(
  trials: readonly FrozenTrial[],
  { direction, goodCount }: { direction: Direction; goodCount: number },
): Split {
  const sign = direction === 'maximize' ? -1 : 1
  const completed = trials.filter(({ state }) => state === 'complete')
  const pruned = trials.filter(({ state }) => state === 'pruned')
  const ranked = [
    ...completed.toSorted((one, other) => compare(sign * (one.value ?? NaN), sign * (other.value ?? NaN))),
    ...pruned.toSorted((one, other) => comparePruned(one, { other, sign })),
  ]
  const byNumber = (half: FrozenTrial[]) => half.toSorted((one, other) => one.number - other.number)
  return { good: byNumber(ranked.slice(0, goodCount)), rest: byNumber(ranked.slice(goodCount)) }
}

function comparePruned(one: FrozenTrial, { other, sign }: { other: FrozenTrial; sign: number }): number {
  const [step, otherStep] = [lastStep(one) ?? -1, lastStep(other) ?? -1]
  if (step !== otherStep) return otherStep - step
  const report = (trial: FrozenTrial) => sign * (trial.intermediateValues.get(step) ?? 0)
  return compare(report(one), report(other))
}

/** Ascending, NaN last; safe with infinities, whose difference is NaN. */
function compare(one: number, other: number): number {
  if (Number.isNaN(one) || Number.isNaN(other)) return Number(Number.isNaN(one)) - Number(Number.isNaN(other))
  return one < other ? -1 : Number(one > other)
}

function propose(
  space: Space,
  { good, rest, nEiCandidates, rng }: Split & { nEiCandidates: number; rng: Rng },
): Params {
  const goodModel = parzenEstimator(observationsOf(good, space), space)
  const restModel = parzenEstimator(observationsOf(rest, space), space)
  let best: InternalSetting = {}
  let bestRatio = -Infinity
  for (let candidate = 0; candidate < nEiCandidates; candidate++) {
    const setting = goodModel.sample(rng)
    const ratio = goodModel.logDensity(setting) - restModel.logDensity(setting)
    if (candidate === 0 || ratio > bestRatio) {
      best = setting
      bestRatio = ratio
    }
  }
  return Object.fromEntries(Object.entries(space).map(([name, each]) => [name, fromInternal(each, best[name])]))
}

/** Settings of trials that have every parameter of the space; a range that moved since drops what lies outside. */
function observationsOf(trials: readonly FrozenTrial[], space: Space): Observations {
  const entries = Object.entries(space)
  const usable = trials.filter(({ params, distributions }) =>
    entries.every(
      ([name, distribution]) =>
        name in params && areCompatible(distributions[name], distribution) && contains(distribution, params[name]),
    ),
  )
  return Object.fromEntries(
    entries.map(([name, distribution]) => [name, usable.map(({ params }) => toInternal(distribution, params[name]))]),
  )
}
