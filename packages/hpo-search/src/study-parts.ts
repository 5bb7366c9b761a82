/**
 * What the functions around a study share, and what a sampler is shown of it.
 *
 * @module
 */
import { type Space } from './distribution.ts'
import { type SeenSpaces } from './intersection-space.ts'
import { type Pruner } from './pruner.ts'
import { type StudyRecord } from './replay.ts'
import { type SampleContext, type Sampler } from './sampler.ts'
import { placeOf } from './study-index.ts'
import { type StudyLog } from './study-log.ts'

export interface StudyParts {
  readonly log: StudyLog
  readonly record: StudyRecord
  readonly space: Space | null
  readonly sampler: Sampler
  readonly pruner: Pruner
  readonly seenSpaces: SeenSpaces
}

export interface AskOptions {
  /**
   * Shows the sampler only the finished ones among the trials up to its own number minus this, and as running all that
   * came after them. When those up to there have ended, the order in which others finish does not matter.
   */
  readonly lag?: number | undefined
}

/** What the sampler is shown when trial `number` asks for `space`. */
export function sampleContext(
  { record }: Pick<StudyParts, 'record'>,
  { number, space, independent, lag }: AskOptions & { number: number; space: Space; independent: boolean },
): SampleContext {
  const { index, trials, directions } = record
  const { systemAttributes } = trials[number]
  const fixed = { number, ordinal: index.ordinalOf(number), space, directions, systemAttributes, independent }
  if (lag === undefined) {
    const others = index.running().filter((other) => other !== number)
    return { ...fixed, trials: index.finished, running: others.map((other) => trials[other]) }
  }
  const visible = Math.max(0, Math.min(number - lag + 1, number))
  const seen = index.finished.slice(0, placeOf(index.finished, visible))
  const running = trials.slice(visible, number).filter(({ state }) => state !== 'waiting')
  return { ...fixed, trials: seen, running }
}
