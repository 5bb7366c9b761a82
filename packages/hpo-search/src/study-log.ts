/**
 * A study's view of its storage: catches up with the log, writes operations, hands out trials.
 *
 * @module
 */
import { type FrozenTrial } from './frozen-trial.ts'
import { type OperationBody } from './operation.ts'
import { createReplay, type Replay, type StudyRecord } from './replay.ts'
import { type Storage } from './storage.ts'

/** The log of all studies in a storage, as one writer sees it. */
export interface StudyLog {
  readonly replay: Replay
  readonly workerId: string
  readonly now: () => Date
  /** Applies what was written since the last look, by anyone. */
  catchUp(): Promise<void>
  /** Appends and catches up. */
  write(operations: readonly OperationBody[]): Promise<void>
}

export interface StudyLogOptions {
  /** Names this writer in the journal; a random id unless given. */
  readonly workerId?: string
  /** The clock behind the journal's times. */
  readonly now?: () => Date
}

/** Opens the log and reads it to its end. */
export async function openStudyLog(storage: Storage, options: StudyLogOptions = {}): Promise<StudyLog> {
  const { workerId = `leanvox-${crypto.randomUUID()}`, now = () => new Date() } = options
  const replay = createReplay()
  const catchUp = async () => {
    for (const operation of await storage.read(replay.length)) replay.apply(operation)
  }
  await catchUp()
  return {
    replay,
    workerId,
    now,
    catchUp,
    async write(operations) {
      if (operations.length === 0) return
      await storage.append(operations.map((operation) => ({ ...operation, worker_id: workerId })))
      await catchUp()
    },
  }
}

/** The study of a name, or undefined. */
export function findStudy(log: StudyLog, name: string): StudyRecord | undefined {
  return [...log.replay.studies.values()].find((study) => study.name === name)
}

/** The trial of a number; throws RangeError when there is none. */
export function trialOf(record: StudyRecord, { number, who }: { number: number; who: string }): FrozenTrial {
  const trial = record.trials[number]
  if (trial === undefined) {
    throw new RangeError(`${who}: expected a trial below ${record.trials.length}, got ${number}`)
  }
  return trial
}
