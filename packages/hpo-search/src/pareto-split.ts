/**
 * The best trials of a study with several directions: whole fronts, and of the last one those that cover most.
 *
 * A front that is too large is thinned out greedily: the point that adds most to the hypervolume of those chosen comes
 * next (the reference point is a tenth beyond the worst of the front). Trials that broke their constraints come last.
 *
 * @module
 */
import { isFeasible, violationOf, type Direction, type FrozenTrial } from './frozen-trial.ts'
import { lossVolume } from './hypervolume.ts'
import { dominates, losses } from './pareto-front.ts'

interface Candidate {
  readonly number: number
  readonly loss: readonly number[]
}

/** Numbers of the `count` best completed trials; pruned ones fill up, then infeasible ones by their violation. */
export function bestFronts(
  trials: readonly FrozenTrial[],
  { directions, count }: { directions: readonly Direction[]; count: number },
): Set<number> {
  const useful = trials.filter(({ state }) => state === 'complete' || state === 'pruned')
  const feasible = useful.filter(isFeasible)
  let left: Candidate[] = feasible
    .filter(({ state, values }) => state === 'complete' && values?.length === directions.length)
    .map(({ number, values }) => ({ number, loss: losses(values as number[], directions) }))
  const chosen = new Set<number>()
  while (left.length > 0 && chosen.size < count) {
    const front = frontOf(left)
    const fits = chosen.size + front.length <= count
    const part = fits ? front : mostCovering(front, count - chosen.size)
    for (const { number } of part) chosen.add(number)
    const taken = new Set(front)
    left = left.filter((candidate) => !taken.has(candidate))
  }
  const pruned = feasible.filter(({ state }) => state === 'pruned')
  const broken = useful.filter((trial) => !isFeasible(trial))
  broken.sort((one, other) => violationOf(one) - violationOf(other))
  for (const { number } of [...pruned, ...broken]) if (chosen.size < count) chosen.add(number)
  return chosen
}

/** Those that no other one dominates. */
function frontOf(candidates: readonly Candidate[]): Candidate[] {
  const sorted = candidates.toSorted((one, other) => compareLosses(one.loss, other.loss))
  const front: Candidate[] = []
  for (const candidate of sorted) {
    if (!front.some(({ loss }) => dominates(loss, candidate.loss))) front.push(candidate)
  }
  return front
}

function compareLosses(one: readonly number[], other: readonly number[]): number {
  const axis = one.findIndex((loss, index) => loss !== other[index])
  return axis < 0 ? 0 : one[axis] < other[axis] ? -1 : 1
}

function mostCovering(front: readonly Candidate[], count: number): Candidate[] {
  const finite = front.map(({ loss }) => loss.map((value) => Math.max(-1e300, Math.min(1e300, value))))
  const corner = finite[0].map((_, axis) => beyond(Math.max(...finite.map((loss) => loss[axis]))))
  const chosen: number[] = []
  while (chosen.length < count) {
    let [best, bestVolume] = [-1, -1]
    for (let index = 0; index < front.length; index++) {
      if (chosen.includes(index)) continue
      const grown = lossVolume(
        [...chosen, index].map((each) => finite[each]),
        corner,
      )
      if (grown > bestVolume) [best, bestVolume] = [index, grown]
    }
    chosen.push(best)
  }
  return chosen.map((index) => front[index])
}

function beyond(worst: number): number {
  return Math.max(1.1 * worst, 0.9 * worst) || 1e-12
}
