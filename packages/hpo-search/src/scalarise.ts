/**
 * Several objectives as one: the augmented Tchebycheff function of ParEGO (Knowles, IEEE Trans. Evol. Comput. 10(1), 2006).
 *
 * Each objective becomes a loss in [0, 1] between the best and the worst finite value seen; a weight vector w on the simplex
 * then gives max_j(w_j l_j) + 0.05 sum_j(w_j l_j). Every Pareto-optimal setting minimises it for some w, also on a concave
 * front, so a new w for each trial spreads the trials over the front. Weights are drawn evenly from the whole simplex, where
 * Knowles takes one of a grid of vectors.
 *
 * @module
 */
import { type Rng } from '@leanvox/random'
import { type Direction } from './frozen-trial.ts'
import { losses } from './pareto-front.ts'

/** Knowles' rho: the slope that tells apart settings with the same worst objective. */
const AUGMENTATION = 0.05

/**
 * Scores of trials for one weighting, larger is better, at most 0.
 *
 * @param values one row a trial, one number per direction; infinite ones count as the best or worst finite one, NaN as worst
 * @param weights one per direction, none negative, sum 1
 */
export function tchebycheffScores(
  values: readonly (readonly number[])[],
  { directions, weights }: { directions: readonly Direction[]; weights: readonly number[] },
): number[] {
  const rows = values.map((row) => losses(row, directions))
  const units = directions.map((_, axis) => unitLosses(rows.map((row) => row[axis])))
  return rows.map((_, trial) => {
    const weighted = weights.map((weight, axis) => weight * units[axis][trial])
    const sum = weighted.reduce((total, each) => total + each, 0)
    return -(Math.max(...weighted) + AUGMENTATION * sum)
  })
}

/** A point of the simplex, all equally likely: exponential numbers over their sum. */
export function drawWeights(count: number, rng: Rng): number[] {
  const draws = Array.from({ length: count }, () => -Math.log(1 - rng.uniform()))
  const sum = draws.reduce((total, draw) => total + draw, 0)
  return draws.map((draw) => (sum > 0 ? draw / sum : 1 / count))
}

/** Losses between the least finite one (0) and the largest (1); all 0 where they do not differ. */
function unitLosses(all: readonly number[]): number[] {
  const finite = all.filter(Number.isFinite)
  const [least, most] = [Math.min(...finite), Math.max(...finite)]
  if (finite.length === 0) return all.map((loss) => (loss > 0 ? 1 : 0))
  return all.map((loss) => {
    if (!Number.isFinite(loss)) return loss > 0 ? 1 : 0
    return most > least ? (loss - least) / (most - least) : 0
  })
}
