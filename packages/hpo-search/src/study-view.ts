/**
 * Looking at a study: its trials, the best of them, the front.
 *
 * @module
 */
import { isFeasible, type FrozenTrial } from './frozen-trial.ts'
import { paretoFront } from './pareto-front.ts'
import { type StudyRecord } from './replay.ts'
import { trialOf } from './study-log.ts'
import { createFollower } from './trial-follower.ts'

/** The looking half of a study. */
export function viewOf(record: StudyRecord) {
  const best = createBest(record)
  return {
    name: record.name,
    directions: record.directions,
    get trials(): readonly FrozenTrial[] {
      return [...record.trials]
    },
    get counts() {
      return record.index.counts
    },
    get bestTrial() {
      return best()
    },
    get bestTrials(): readonly FrozenTrial[] {
      return paretoFront(record.index.finished, record.directions)
    },
    trial: (number: number) => trialOf(record, { number, who: 'trial' }),
    get userAttributes() {
      return record.userAttributes
    },
    get systemAttributes() {
      return record.systemAttributes
    },
  }
}

/** The best trial, kept up with the finished ones: a stack of those that were the best when they came. */
function createBest({ index, directions }: StudyRecord): () => FrozenTrial | null {
  const sign = directions[0] === 'maximize' ? 1 : -1
  const champions: FrozenTrial[] = []
  const follow = createFollower({
    push(trial) {
      if (trial.state !== 'complete' || trial.value === null || !isFeasible(trial)) return
      const champion = champions.at(-1)
      if (champion === undefined || sign * trial.value > sign * (champion.value as number)) champions.push(trial)
    },
    pop(trial) {
      if (champions.at(-1) === trial) champions.pop()
    },
  })
  return () => {
    if (directions.length !== 1) throw new RangeError(`bestTrial: expected one direction, got ${directions.length}`)
    follow(index.finished)
    return champions.at(-1) ?? null
  }
}
