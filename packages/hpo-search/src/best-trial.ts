/**
 * The best trial of a study with one direction, kept up with its finished trials.
 *
 * @module
 */
import { isFeasible, type Direction, type FrozenTrial } from './frozen-trial.ts'
import { createFollower } from './trial-follower.ts'

/**
 * A function from finished trials to the completed one of the best value that keeps to its constraints, the earliest
 * among equals; null when there is none. It keeps a stack of those that were the best when they came.
 */
export function createBestTrial(direction: Direction): (finished: readonly FrozenTrial[]) => FrozenTrial | null {
  const sign = direction === 'maximize' ? 1 : -1
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
  return (finished) => {
    follow(finished)
    return champions.at(-1) ?? null
  }
}
