/**
 * Looking at a study: its trials, the best of them, the front.
 *
 * @module
 */
import { createBestTrial } from './best-trial.ts'
import { type FrozenTrial } from './frozen-trial.ts'
import { paretoFront } from './pareto-front.ts'
import { type StudyRecord } from './replay.ts'
import { trialOf } from './study-log.ts'

/** The looking half of a study. */
export function viewOf(record: StudyRecord) {
  const best = createBestTrial(record.directions[0])
  return {
    name: record.name,
    directions: record.directions,
    get trials(): readonly FrozenTrial[] {
      return [...record.trials]
    },
    get counts() {
      return record.index.counts
    },
    get bestTrial(): FrozenTrial | null {
      const { directions, index } = record
      if (directions.length !== 1) throw new RangeError(`bestTrial: expected one direction, got ${directions.length}`)
      return best(index.finished)
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
