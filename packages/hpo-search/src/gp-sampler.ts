/**
 * Bayesian optimisation: a Gaussian process of the completed trials, and the setting of the highest expected improvement.
 *
 * For few, expensive trials of up to some twenty parameters. Values are standardised, infinite ones count as the worst or
 * best finite one. Trials in flight count with what the process expects of them ("kriging believer", Ginsbourger et al.,
 * 2010; Optuna averages over what they may give). Every proposal fits the process anew, at a cost that grows with the cube
 * of the number of trials: milliseconds at a hundred, seconds at a thousand.
 *
 * With several directions each trial has its own weighting of them, drawn by its number, and the process is one of the
 * weighted values (ParEGO, Knowles, 2006; see `scalarise.ts`). Optuna 5 takes the expected gain of hypervolume instead, with
 * a process for each objective, and gets further: 0.31 of hypervolume against 0.21 after 40 trials of Fonseca and Fleming's
 * function (random settings 0.09).
 *
 * @module
 */
import { createRng, type Rng } from '@leanvox/random'
import { areCompatible, contains, type Params } from './distribution.ts'
import { acquisitionOf, type Goal } from './expected-improvement.ts'
import { constraintsOf, isFeasible, type Direction, type FrozenTrial } from './frozen-trial.ts'
import { fitGaussianProcess } from './gaussian-process.ts'
import { createGpSpace, type GpSpace } from './gp-space.ts'
import { optimiseAcquisition } from './optimise-acquisition.ts'
import { randomSampler } from './random-sampler.ts'
import { type SampleContext, type Sampler } from './sampler.ts'
import { drawWeights, tchebycheffScores } from './scalarise.ts'

export interface GpSamplerOptions {
  readonly seed?: number
  /** Completed trials before the process is used. Default 10. */
  readonly nStartupTrials?: number
}

/**
 * The Gaussian process sampler, for one direction or several. Constraints get a process each and weigh the improvement by the chance
 * to keep them; trials that told none are left out then. What is proposed depends on the trials in flight (see `ordered`).
 *
 * @throws RangeError for a negative number of start-up trials
 */
export function gpSampler({ seed = 0, nStartupTrials = 10 }: GpSamplerOptions = {}): Sampler {
  if (!(nStartupTrials >= 0)) throw new RangeError(`gpSampler: expected nStartupTrials >= 0, got ${nStartupTrials}`)
  const random = randomSampler({ seed })
  const rng = createRng(seed)
  return {
    name: 'gp',
    sample(context) {
      const count = context.directions.length
      const completed = context.trials.filter(({ state, values }) => state === 'complete' && values?.length === count)
      const usable = withConstraints(completed.filter((trial) => hasSpace(trial, context)))
      const isEarly = completed.length < nStartupTrials || usable.length === 0
      if (context.independent || isEarly) return random.sample(context)
      return propose(usable, { context, rng: rng.split('gp-sampler', context.number) })
    },
  }
}

function hasSpace({ params, distributions }: FrozenTrial, { space }: SampleContext): boolean {
  return Object.entries(space).every(
    ([name, each]) => name in params && areCompatible(distributions[name], each) && contains(each, params[name]),
  )
}

/** Of a constrained study only trials that told as many constraints as the first. */
function withConstraints(trials: readonly FrozenTrial[]): readonly FrozenTrial[] {
  const count = trials.map((trial) => constraintsOf(trial)?.length ?? 0).find((each) => each > 0)
  return count === undefined ? trials : trials.filter((trial) => constraintsOf(trial)?.length === count)
}

function propose(trials: readonly FrozenTrial[], { context, rng }: { context: SampleContext; rng: Rng }): Params {
  const space = createGpSpace(context.space)
  const points = trials.map(({ params }) => space.encode(params))
  const inFlight = context.running.filter((trial) => hasSpace(trial, context)).map(({ params }) => space.encode(params))
  const scores = scoresOf(trials, { directions: context.directions, rng })
  const isKept = trials.map(isFeasible)
  const best = bestIndex(scores, isKept)
  const goals = constraintGoals(trials, { points, space, inFlight })
  if (best !== null)
    goals.unshift(goalOf(scores, { points, space, inFlight, kind: 'improvement', bound: scores[best] }))
  const known = best === null ? [] : [points[best]]
  return space.decode(optimiseAcquisition(acquisitionOf(goals), { space, known, rng }))
}

/** Larger is better. */
function scoresOf(
  trials: readonly FrozenTrial[],
  { directions, rng }: { directions: readonly Direction[]; rng: Rng },
): number[] {
  const values = trials.map((trial) => trial.values as readonly number[])
  if (directions.length === 1) return values.map(([value]) => (directions[0] === 'maximize' ? value : -value))
  return tchebycheffScores(values, { directions, weights: drawWeights(directions.length, rng.split('weights')) })
}

function bestIndex(scores: readonly number[], isKept: readonly boolean[]): number | null {
  let best: number | null = null
  scores.forEach((score, index) => {
    if (isKept[index] && (best === null || score > scores[best])) best = index
  })
  return best
}

interface Seen {
  readonly points: readonly Float64Array[]
  readonly space: GpSpace
  readonly inFlight: readonly Float64Array[]
}

function goalOf(
  values: readonly number[],
  { points, space, inFlight, kind, bound }: Seen & { kind: Goal['kind']; bound: number },
): Goal {
  const { y, scale } = standardised(values)
  const { isCategorical } = space
  const x = Float64Array.from(points.flatMap((point) => [...point]))
  const fitted = fitGaussianProcess({ x, y, isCategorical })
  const believed = inFlight.map((point) => ({ x: point, y: fitted.posterior(point).mean }))
  return { process: believed.length === 0 ? fitted : fitted.extended(believed), bound: scale(bound), kind }
}

/** Kept when at most 0, so what is above minus zero is kept. */
function constraintGoals(trials: readonly FrozenTrial[], seen: Seen): Goal[] {
  const count = constraintsOf(trials[0])?.length ?? 0
  return Array.from({ length: count }, (_, index) => {
    const slack = trials.map((trial) => -(constraintsOf(trial) as readonly number[])[index])
    return goalOf(slack, { ...seen, kind: 'chance', bound: 0 })
  })
}

/** Values with mean 0 and standard deviation 1, infinite and NaN ones at the ends of the finite ones. */
function standardised(values: readonly number[]) {
  const finite = values.filter(Number.isFinite)
  const [least, most] = [Math.min(...finite), Math.max(...finite)]
  const bounded = values.map((value) => {
    if (finite.length === 0) return 0
    return Number.isNaN(value) ? least : Math.min(most, Math.max(least, value))
  })
  const mean = bounded.reduce((sum, value) => sum + value, 0) / bounded.length
  const variance = bounded.reduce((sum, value) => sum + (value - mean) ** 2, 0) / bounded.length
  const spread = Math.max(1e-10, Math.sqrt(variance))
  const scale = (value: number) => {
    if (finite.length === 0) return 0
    return ((Number.isFinite(value) ? value : Math.min(most, Math.max(least, value))) - mean) / spread
  }
  return { y: Float64Array.from(bounded, (value) => (value - mean) / spread), scale }
}
