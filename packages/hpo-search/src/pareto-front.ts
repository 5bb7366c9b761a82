/**
 * Which of several trials are better: dominance, ranks of non-dominated fronts, crowding (Deb et al., NSGA-II, 2002).
 *
 * One trial dominates another when it is no worse in any direction and better in one. With constraints a feasible trial
 * dominates an infeasible one, and of two infeasible ones that with the smaller sum of violations.
 *
 * @module
 */
import { isFeasible, type Direction, type FrozenTrial } from './frozen-trial.ts'

/** Values turned so that smaller is better in every place; NaN, which is worse than all, becomes Infinity. */
export function losses(values: readonly number[], directions: readonly Direction[]): number[] {
  return values.map((value, index) => {
    if (Number.isNaN(value)) return Infinity
    return directions[index] === 'maximize' ? -value : value
  })
}

/** Whether `one` dominates `other`; both are losses. */
export function dominates(one: ArrayLike<number>, other: ArrayLike<number>): boolean {
  let isBetter = false
  for (let index = 0; index < one.length; index++) {
    if (one[index] > other[index]) return false
    if (one[index] < other[index]) isBetter = true
  }
  return isBetter
}

/**
 * The completed, feasible trials that none of the others dominates, in order of number. Equal ones are all kept.
 *
 * @param directions one for each value
 */
export function paretoFront(trials: readonly FrozenTrial[], directions: readonly Direction[]): FrozenTrial[] {
  const candidates = trials
    .filter((trial) => trial.state === 'complete' && trial.values?.length === directions.length && isFeasible(trial))
    .map((trial) => ({ trial, loss: losses(trial.values as number[], directions) }))
  // Whoever dominates comes before in the order of losses, so the front so far is all there is to compare with.
  const ordered = candidates.toSorted((one, other) => compareLosses(one.loss, other.loss))
  const front: typeof candidates = []
  for (const candidate of ordered) {
    if (!front.some(({ loss }) => dominates(loss, candidate.loss))) front.push(candidate)
  }
  return front.map(({ trial }) => trial).sort((one, other) => one.number - other.number)
}

function compareLosses(one: readonly number[], other: readonly number[]): number {
  const place = one.findIndex((loss, index) => loss !== other[index])
  return place < 0 ? 0 : one[place] < other[place] ? -1 : 1
}

/**
 * Rank of the non-dominated front of each item, 0 for the best.
 *
 * @param isBetter whether the first index dominates the second; by default the dominance of the losses
 */
export function frontRanks(
  items: readonly (readonly number[])[],
  isBetter = (one: number, other: number) => dominates(items[one], items[other]),
): number[] {
  const ranks = new Array<number>(items.length).fill(-1)
  let left = items.map((_, index) => index)
  for (let rank = 0; left.length > 0; rank++) {
    const front = left.filter((index) => !left.some((other) => isBetter(other, index)))
    for (const index of front) ranks[index] = rank
    left = left.filter((index) => ranks[index] < 0)
  }
  return ranks
}

/** Crowding distance of each point of a front: how far its neighbours are apart, Infinity at the ends. */
export function crowdingDistances(points: readonly (readonly number[])[]): number[] {
  const distances = new Array<number>(points.length).fill(0)
  for (let axis = 0; axis < (points[0]?.length ?? 0); axis++) {
    const order = points.map((_, index) => index).sort((a, b) => compareNumbers(points[a][axis], points[b][axis]))
    const [least, most] = [points[order[0]][axis], points[order[order.length - 1]][axis]]
    const width = most - least
    order.forEach((index, place) => {
      if (place === 0 || place === order.length - 1) distances[index] = Infinity
      else if (width > 0 && Number.isFinite(width)) {
        distances[index] += (points[order[place + 1]][axis] - points[order[place - 1]][axis]) / width
      }
    })
  }
  return distances
}

function compareNumbers(one: number, other: number): number {
  return one < other ? -1 : Number(one > other)
}
