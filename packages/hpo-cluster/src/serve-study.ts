/**
 * Serving a study to workers: the one process that asks, prunes and tells, while the trials run elsewhere.
 *
 * It may be killed at any time. What was asked, reported and told is in the journal; attempts in flight go on, and the
 * next server (started again, or one that waited as a standby) joins them.
 *
 * @module
 */
import {
  createStudy,
  runStudy,
  type CreateStudyOptions,
  type RunStudyOptions,
  type SpaceInput,
  type Study,
  type StudyEvent,
} from '@leanvox/hpo-search'
import { hostname } from 'node:os'
import { forgetAttempts } from './attempts.ts'
import { openCluster, type ClusterOptions } from './cluster.ts'
import { openDatabase, type Database } from './database.ts'
import { postgresStorage } from './postgres-storage.ts'
import { holdStudy, type HeldStudy } from './study-lease.ts'
import { type Task } from './task.ts'

/** What a server tells beside the events of the study. */
export type ServeEvent =
  | StudyEvent
  /** Another process serves the study; this one takes over when that one dies or ends. */
  | { readonly kind: 'standby'; readonly server: string }
  | { readonly kind: 'serving'; readonly study: string }
  /** The database cannot be reached; everything waits and goes on when it is back. */
  | { readonly kind: 'database-trouble'; readonly message: string }

type Shared = 'trials' | 'maxRetries' | 'ordered' | 'stopAfter' | 'signal'

export interface ServeStudyOptions<S extends SpaceInput = SpaceInput>
  extends Omit<CreateStudyOptions<S>, 'storage'>, Pick<RunStudyOptions<S>, Shared>, ClusterOptions {
  /** An address for `openDatabase`, or an open database, which stays open. */
  readonly database: string | Database
  /** What workers run for each trial. */
  readonly task: Task
  /** Only workers with this label take the trials, such as `'gpu'`. Default: any worker. */
  readonly label?: string
  /** Trials in flight. Default: as many as the workers have slots, and `ahead` more. */
  readonly workers?: number
  /** Trials that wait in the queue so that no slot waits for the server; asked for before the latest results are in. Default 0. */
  readonly ahead?: number
  /** Called with the opened study before its first trial here: to keep a configuration with it, or to enqueue settings. */
  readonly prepare?: (study: Study<S>) => void | Promise<void>
  readonly onEvent?: (event: ServeEvent) => void
}

/**
 * Serves a study until it has its number of trials; resolves with the study. Trials whose worker died are repeated up to
 * `maxRetries` times (default 3) with the same settings. An existing study of the name is gone on with.
 *
 * Aborting `signal` stops serving; trials in flight go on and are joined by the next server.
 *
 * @throws StudyTakenError when another process took the study over; what `createStudy` and `runStudy` throw
 */
export async function serveStudy<const S extends SpaceInput>(options: ServeStudyOptions<S>): Promise<Study<S>> {
  const { onEvent = () => undefined } = options
  const onTrouble = ({ message }: Error) => onEvent({ kind: 'database-trouble', message })
  const isOurs = typeof options.database === 'string'
  const database = isOurs
    ? await openDatabase(options.database as string, { onTrouble })
    : (options.database as Database)
  try {
    return await serveFrom(database, options)
  } finally {
    if (isOurs) await database.close()
  }
}

async function serveFrom<S extends SpaceInput>(database: Database, options: ServeStudyOptions<S>): Promise<Study<S>> {
  const { name, signal, onEvent, leaseMs = 30_000 } = options
  const held = await holdStudy(database, name, {
    holder: `${hostname()}:${process.pid}`,
    leaseMs,
    ...(signal === undefined ? {} : { signal }),
    onWait: (server) => onEvent?.({ kind: 'standby', server }),
  })
  onEvent?.({ kind: 'serving', study: name })
  try {
    return await serveHeld(held, { database, options })
  } finally {
    await held.release()
  }
}

const scope = 'study'

async function serveHeld<S extends SpaceInput>(
  { fence, lost }: HeldStudy,
  { database, options }: { database: Database; options: ServeStudyOptions<S> },
): Promise<Study<S>> {
  const { task, label, trials, maxRetries = 3, ordered, stopAfter, onEvent, ahead = 0, workers, signal } = options
  const storage = postgresStorage(database, { fence })
  const study = (await createStudy({ ...options, storage, loadIfExists: true })) as Study<S>
  await options.prepare?.(study)
  const cluster = await openCluster(database, options)
  const stop = signal === undefined ? lost : AbortSignal.any([signal, lost])
  try {
    await runStudy(study, {
      trials,
      executor: await cluster.executor({ task, scope, ...(label === undefined ? {} : { label }) }),
      // One at least stays in the queue, so that a worker that comes finds something.
      workers: workers ?? (() => Math.max(1, cluster.slots(label) + ahead)),
      signal: stop,
      maxRetries,
      ...(ordered === undefined ? {} : { ordered }),
      ...(stopAfter === undefined ? {} : { stopAfter }),
      ...(onEvent === undefined ? {} : { onEvent }),
    })
  } finally {
    await cluster.close()
  }
  if (lost.aborted) throw lost.reason
  if (!stop.aborted) await forgetAttempts(database, `${scope}/${study.name}`)
  return study
}
