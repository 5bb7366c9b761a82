/**
 * The executor that runs attempts on workers anywhere.
 *
 * An attempt is known by its scope, number and count, so a server that was killed and started again joins the attempts
 * its predecessor began instead of starting them once more.
 *
 * @module
 */
import { trialCancelled, type Executor, type TrialOutcome, type TrialRequest } from '@leanvox/hpo-search'
import { cancelAttempt, findAttempt, queueAttempt } from './attempts.ts'
import { type Database } from './database.ts'
import { type Flights } from './flights.ts'
import { checkTask, type Task } from './task.ts'
import { anyLabel, type TrialQueue } from './trial-queue.ts'
import { type Wake } from './wake.ts'

export interface ExecutorOptions {
  /** What workers run for each trial. */
  readonly task: Task
  /** Keeps studies apart that share a database and a name: a run's own id, the study's name where it is the only one. */
  readonly scope: string
  /** Only workers that have this label take the trials. Default: any worker. */
  readonly label?: string
}

/** An executor whose attempts outlive the server. */
export interface ClusterExecutor extends Executor {
  isInFlight(trial: { readonly studyName: string; readonly number: number; readonly attempt: number }): Promise<boolean>
}

interface Parts {
  readonly database: Database
  readonly queue: TrialQueue
  readonly flights: Flights
  readonly wake: Wake
}

export async function attemptExecutor(options: ExecutorOptions, parts: Parts): Promise<ClusterExecutor> {
  const { scope, label = anyLabel } = options
  const task = checkTask(options.task)
  const { database, queue } = parts
  await queue.open([label])
  const keyOf = (studyName: string, number: number, attempt: number) => ({
    scope: `${scope}/${studyName}`,
    number,
    attempt,
  })
  return {
    name: 'cluster',
    async run(request) {
      if (request.signal.aborted) return { state: 'interrupted' }
      const { studyName, number, attempt, params } = request
      const key = keyOf(studyName, number, attempt)
      const { id, state } = await queueAttempt(database, key, {
        label,
        request: { studyName, number, attempt, params, task },
      })
      if (state === 'queued') await queue.send({ label, attempt: id })
      return follow(id, { request, parts })
    },
    async isInFlight({ studyName, number, attempt }) {
      const found = await findAttempt(database, keyOf(studyName, number, attempt))
      return found !== null && ['queued', 'running', 'done'].includes(found.state)
    },
  }
}

async function follow(id: string, { request, parts }: { request: TrialRequest; parts: Parts }): Promise<TrialOutcome> {
  const { database, flights, wake } = parts
  const { signal } = request
  const onAbort = () => {
    // A server that stops leaves its attempts to the next one; a trial that was cancelled needs no worker any more.
    if (signal.reason === trialCancelled) void cancelAttempt(database, id).catch(() => undefined)
    flights.leave(id)
  }
  const ended = flights.follow(id, (value, step) => request.report(value, step))
  signal.addEventListener('abort', onAbort, { once: true })
  wake.call()
  try {
    return await ended
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
