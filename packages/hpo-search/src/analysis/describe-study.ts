/**
 * A whole study as plain values: what a page about it shows. `studyReport` of `@leanvox/report` draws it.
 *
 * @module
 */
import { type Attributes, type Direction, type FrozenTrial, type TrialState } from '../frozen-trial.ts'
import { type Params } from '../distribution.ts'
import { paretoFront } from '../pareto-front.ts'
import { contour, type Contour } from './contour.ts'
import { empiricalDistribution, type DistributionStep } from './empirical-distribution.ts'
import { intermediateCurves, type IntermediateCurve } from './intermediate-curves.ts'
import { betterIn, optimizationHistory, type HistoryEntry } from './optimization-history.ts'
import { parallelCoordinates, type ParallelCoordinates } from './parallel-coordinates.ts'
import { parameterImportances, type Importance } from './parameter-importances.ts'
import { paretoPoints, type ParetoPoint } from './pareto-points.ts'
import { slices, type Slice } from './slices.ts'
import { scoredTrials, type StudySource } from './study-source.ts'
import { timeline, type TimelineBar } from './timeline.ts'

export interface DescribeOptions {
  /** Names of the objectives. Default `value`, or `value 1`, `value 2`, ... */
  readonly objectives?: readonly string[]
  /** Seed of the importances' forest. */
  readonly seed?: number
  /** Pairs of parameters with contours, the most important ones. Default 3. */
  readonly pairs?: number
}

export interface DescribedTrial {
  readonly number: number
  readonly state: TrialState
  readonly values: readonly number[] | null
  readonly params: Params
  readonly userAttributes: Attributes
}

export interface DescribedObjective {
  readonly name: string
  readonly direction: Direction
  readonly history: readonly HistoryEntry[]
  readonly importances: readonly Importance[]
  readonly slices: readonly Slice[]
  readonly contours: readonly Contour[]
  readonly parallel: ParallelCoordinates
  readonly distribution: readonly DistributionStep[]
}

export interface StudyDescription {
  readonly name: string
  readonly counts: Readonly<Record<TrialState, number>>
  readonly objectives: readonly DescribedObjective[]
  /** With one objective the ten best trials, the best first; with several the front. */
  readonly best: readonly DescribedTrial[]
  /** Empty with one objective. */
  readonly pareto: readonly ParetoPoint[]
  readonly curves: readonly IntermediateCurve[]
  readonly timeline: readonly TimelineBar[]
}

/**
 * All of it; a study without completed trials has empty parts.
 *
 * @throws RangeError when not every objective is named
 */
export function describeStudy(study: StudySource, options: DescribeOptions = {}): StudyDescription {
  const { directions } = study
  // Asked once: a study copies its trials for everyone who asks.
  const source: StudySource = { name: study.name, directions, trials: study.trials }
  const { objectives = directions.map((_, index) => (directions.length === 1 ? 'value' : `value ${index + 1}`)) } =
    options
  if (objectives.length !== directions.length) {
    throw new RangeError(`describeStudy: expected ${directions.length} objectives' names, got ${objectives.length}`)
  }
  return {
    name: source.name,
    counts: countsOf(source.trials),
    objectives: objectives.map((name, objective) => describeObjective(source, { ...options, name, objective })),
    best: bestOf(source),
    pareto: directions.length > 1 ? paretoPoints(source) : [],
    curves: intermediateCurves(source),
    timeline: timeline(source),
  }
}

function describeObjective(
  source: StudySource,
  { name, objective, seed = 0, pairs = 3 }: DescribeOptions & { name: string; objective: number },
): DescribedObjective {
  const importances = parameterImportances(source, { objective, seed })
  const all = slices(source, { objective })
  // Parameters that only some trials have come after those that have an importance.
  const order = [...new Set([...importances.map(({ parameter }) => parameter), ...all.map(({ axis }) => axis.name)])]
  const byImportance = order.flatMap((parameter) => all.filter(({ axis }) => axis.name === parameter))
  return {
    name,
    direction: source.directions[objective],
    history: optimizationHistory(source, { objective }),
    importances,
    slices: byImportance,
    contours: pairsOf(byImportance.map(({ axis }) => axis.name))
      .slice(0, pairs)
      .map(([x, y]) => contour(source, { x, y, objective })),
    parallel: parallelCoordinates(source, { objective }),
    distribution: empiricalDistribution(source, { objective }),
  }
}

/** All pairs of the first three names, then of the first four, and so on. */
function pairsOf(names: readonly string[]): [string, string][] {
  return names.flatMap((other, index) => names.slice(0, index).map((one): [string, string] => [one, other]))
}

function bestOf(source: StudySource): DescribedTrial[] {
  const { trials, directions } = source
  if (directions.length > 1) return paretoFront(trials, directions).map(described)
  const isBetter = betterIn(source, 0)
  return scoredTrials(source)
    .sort((one, other) => (one.value === other.value ? 0 : isBetter(one.value, other.value) ? -1 : 1))
    .slice(0, 10)
    .map(({ trial }) => described(trial))
}

function described({ number, state, values, params, userAttributes }: FrozenTrial): DescribedTrial {
  return { number, state, values, params, userAttributes }
}

function countsOf(trials: readonly FrozenTrial[]): Record<TrialState, number> {
  const counts: Record<TrialState, number> = { running: 0, complete: 0, pruned: 0, fail: 0, waiting: 0 }
  for (const { state } of trials) counts[state]++
  return counts
}
