/**
 * Finished trials from best to worst, kept up with a study: whom TPE learns from.
 *
 * Completed trials come by value, NaN like the worst; then pruned ones, those that came furthest first, by their last report; then
 * those that broke their constraints, by how much (Optuna's order). Among equals the earlier comes first.
 *
 * @module
 */
import { lastStep, violationOf, type Direction, type FrozenTrial } from './frozen-trial.ts'
import { createFollower } from './trial-follower.ts'

export interface Ranking {
  follow(trials: readonly FrozenTrial[]): void
  /** Completed and pruned trials followed so far. */
  readonly size: number
  /** The numbers of the best `count` trials. */
  best(count: number): Set<number>
}

interface Entry {
  readonly number: number
  /** Compared place by place, smaller is better. */
  readonly key: readonly number[]
}

/** The ranking of a study with one direction. */
export function createRanking(direction: Direction): Ranking {
  const entries: Entry[] = []
  const sign = direction === 'maximize' ? -1 : 1
  const place = (entry: Entry): number => {
    let [low, high] = [0, entries.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (compare(entries[middle], entry) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
  const follow = createFollower({
    push(trial) {
      const entry = entryOf(trial, sign)
      if (entry !== null) entries.splice(place(entry), 0, entry)
    },
    pop(trial) {
      const entry = entryOf(trial, sign)
      if (entry !== null) entries.splice(place(entry), 1)
    },
  })
  return {
    follow,
    get size() {
      return entries.length
    },
    best(count) {
      const numbers = new Set<number>()
      for (let index = 0; index < Math.min(count, entries.length); index++) numbers.add(entries[index].number)
      return numbers
    },
  }
}

function entryOf(trial: FrozenTrial, sign: number): Entry | null {
  const { number, state } = trial
  if (state !== 'complete' && state !== 'pruned') return null
  const violation = violationOf(trial)
  if (violation > 0) return { number, key: [2, violation, 0] }
  if (state === 'complete') return { number, key: [0, loss(sign * (trial.value ?? Number.NaN)), 0] }
  const step = lastStep(trial)
  if (step === null) return { number, key: [1, 1, 0] }
  return { number, key: [1, -step, loss(sign * (trial.intermediateValues.get(step) ?? 0))] }
}

/** NaN is as bad as can be. */
function loss(value: number): number {
  return Number.isNaN(value) ? Infinity : value
}

function compare(one: Entry, other: Entry): number {
  for (let index = 0; index < one.key.length; index++) {
    if (one.key[index] < other.key[index]) return -1
    if (one.key[index] > other.key[index]) return 1
  }
  return one.number - other.number
}
