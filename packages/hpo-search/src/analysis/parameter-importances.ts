/**
 * How much of a study's variation each parameter explains: fANOVA over a random forest (Hutter et al., 2014).
 *
 * As Optuna's FanovaImportanceEvaluator: completed trials with finite values, 64 trees of depth 64, parameters that all
 * of them share, logarithmic ranges on their plain scale. The forest is ours (`regression-forest.ts`) and draws from our
 * random streams, so numbers agree with Optuna's in rank and roughly, not digit by digit.
 *
 * @module
 */
import { createRng } from '@leanvox/random'
import { isSingle, type Distribution } from '../distribution.ts'
import { toInternal } from '../units.ts'
import { treeVariance, type Domain } from './functional-anova.ts'
import { growForest, type Feature } from './regression-forest.ts'
import {
  scoredTrials,
  widestDistributions,
  type ObjectiveOption,
  type ScoredTrial,
  type StudySource,
} from './study-source.ts'

export interface ImportanceOptions extends ObjectiveOption {
  readonly seed?: number
  /** Default 64. */
  readonly trees?: number
  /** Default 64. */
  readonly maxDepth?: number
  /** Whether the importances add up to 1. Default true; else they are shares of variance, the rest is interaction. */
  readonly normalize?: boolean
  /** A study with more completed trials is represented by so many drawn ones. Default 2000. */
  readonly maxTrials?: number
}

export interface Importance {
  readonly parameter: string
  readonly importance: number
}

/**
 * Importances in falling order; a parameter with a single possible value has 0. Empty without parameters that all
 * completed trials share; all 0 with fewer than two such trials or when their values are equal.
 *
 * @throws RangeError for an objective the study has not
 */
export function parameterImportances(study: StudySource, options: ImportanceOptions = {}): Importance[] {
  const { objective = 0, normalize = true } = options
  const scored = scoredTrials(study, objective)
  const common = commonDistributions(scored)
  const names = [...common.keys()].filter((name) => !isSingle(common.get(name) as Distribution))
  const shares =
    names.length === 0 || scored.length < 2 ? names.map(() => 0) : shareOfVariance(scored, { names, common, options })
  const sum = shares.reduce((total, share) => total + share, 0)
  const scale = normalize && sum > 0 ? 1 / sum : 1
  const found = new Map(names.map((name, index) => [name, shares[index] * scale]))
  return [...common.keys()]
    .map((parameter) => ({ parameter, importance: found.get(parameter) ?? 0 }))
    .sort((one, other) => other.importance - one.importance || (one.parameter < other.parameter ? -1 : 1))
}

function commonDistributions(scored: readonly ScoredTrial[]): Map<string, Distribution> {
  const all = widestDistributions(scored.map(({ trial }) => trial))
  return new Map([...all].filter(([name]) => scored.every(({ trial }) => name in trial.params)))
}

function shareOfVariance(
  scored: readonly ScoredTrial[],
  {
    names,
    common,
    options,
  }: { names: readonly string[]; common: Map<string, Distribution>; options: ImportanceOptions },
): number[] {
  const { seed = 0, trees = 64, maxDepth = 64, maxTrials = 2000 } = options
  const rng = createRng(seed).split('fanova')
  const used =
    scored.length <= maxTrials
      ? scored
      : rng
          .split('trials')
          .shuffle([...scored])
          .slice(0, maxTrials)
  const distributions = names.map((name) => common.get(name) as Distribution)
  const features = names.map((name, index): Feature => {
    const distribution = distributions[index]
    const values = Float64Array.from(used, ({ trial }) => toInternal(distribution, trial.params[name]))
    return { values, choices: distribution.type === 'categorical' ? distribution.choices.length : null }
  })
  const targets = Float64Array.from(used, ({ value }) => value)
  const domains = distributions.map((distribution): Domain =>
    distribution.type === 'categorical' ? { choices: distribution.choices.length } : distribution,
  )
  const variances = growForest({ features, targets }, { trees, maxDepth, rng })
    .map((tree) => treeVariance(tree, domains))
    .filter(({ total }) => total > 0)
  return names.map((_, feature) => {
    const shares = variances.map(({ total, marginals }) => marginals[feature] / total)
    return shares.length === 0 ? 0 : shares.reduce((sum, share) => sum + share, 0) / shares.length
  })
}
