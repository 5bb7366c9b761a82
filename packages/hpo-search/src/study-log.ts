/**
 * A study's view of its storage: catches up with the log, writes operations, hands out trials.
 *
 * Within a process reads and writes take turns, so trials may be asked for and told side by side. Between processes the
 * order of the log decides: of two that claim or finish the same trial, the one whose record comes first.
 *
 * @module
 */
import { copyPlain } from './copy-plain.ts'
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
  /** Catches up, appends what `build` makes of it, catches up, and gives what `after` finds, with nothing in between. */
  transact<T>(build: () => readonly OperationBody[], after: () => T): Promise<T>
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
  const inTurn = createTurns()
  const readAll = async () => {
    if (storage.readEach !== undefined) return storage.readEach(replay.length, (operation) => replay.apply(operation))
    for (const operation of await storage.read(replay.length)) replay.apply(operation)
  }
  const read = () => replay.batch(readAll)
  const append = async (build: () => readonly OperationBody[]) => {
    for (;;) {
      const operations = build().map((operation) => ({ ...operation, worker_id: workerId }))
      if (operations.length === 0) return
      if (storage.appendAt === undefined) {
        await storage.append(operations)
        return await read()
      }
      if (await storage.appendAt(replay.length, operations)) {
        return copyPlain(operations).forEach((operation) => replay.apply(operation))
      }
      // Somebody else wrote meanwhile: what was built may no longer hold.
      await read()
    }
  }
  await read()
  return {
    replay,
    workerId,
    now,
    catchUp: () => inTurn(read),
    write: (operations) => inTurn(() => append(() => operations)),
    transact: (build, after) =>
      inTurn(async () => {
        await read()
        await append(build)
        return after()
      }),
  }
}

/** Runs one piece of work after another, in the order given, whether those before went well or not. */
function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const turn = last.then(work, work)
    last = turn.catch(() => undefined)
    return turn
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
