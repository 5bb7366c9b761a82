/**
 * What the functions around a study share, and what a sampler is shown of it.
 *
 * @module
 */
import { type Space } from './distribution.ts'
import { type FrozenTrial } from './frozen-trial.ts'
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
  { record, pruner }: Pick<StudyParts, 'record' | 'pruner'>,
  { number, space, independent, lag }: AskOptions & { number: number; space: Space; independent: boolean },
): SampleContext {
  const { index, trials, directions } = record
  const { systemAttributes } = trials[number]
  const fixed = { number, ordinal: index.ordinalOf(number), space, directions, systemAttributes, independent }
  const { finished, running } = lag === undefined ? allOthers(record, number) : othersUpTo(record, { number, lag })
  const isShown = pruner.groupOf?.({ studyName: record.name, number, finished }) ?? null
  if (isShown === null) return { ...fixed, trials: finished, running }
  const shown = (among: readonly FrozenTrial[]) => among.filter((trial) => isShown(trial.number))
  return { ...fixed, trials: shown(finished), running: shown(running) }
}

interface Others {
  readonly finished: readonly FrozenTrial[]
  readonly running: readonly FrozenTrial[]
}

function allOthers({ index, trials }: StudyRecord, number: number): Others {
  const others = index.running().filter((other) => other !== number)
  return { finished: index.finished, running: others.map((other) => trials[other]) }
}

/** See `AskOptions.lag`. */
function othersUpTo({ index, trials }: StudyRecord, { number, lag }: { number: number; lag: number }): Others {
  const visible = Math.max(0, Math.min(number - lag + 1, number))
  const finished = index.finished.slice(0, placeOf(index.finished, visible))
  const running = trials.slice(visible, number).filter(({ state }) => state !== 'waiting')
  return { finished, running }
}
