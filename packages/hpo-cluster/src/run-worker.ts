/**
 * A worker: takes trials from the queue, runs them in its slots, and is gone without a trace when drained.
 *
 * Heartbeats come from this process while the work is done in children, so synchronous work cannot starve them. A worker
 * that is killed is noticed by the server when its lease has run out; one that loses its lease (cut off from the
 * database) stops the attempt and drops its result.
 *
 * @module
 */
import { hostname } from 'node:os'
import { type ArtifactStore } from './artifacts.ts'
import { checkPositive, type ClusterOptions } from './cluster.ts'
import { openDatabase, type Database } from './database.ts'
import { createRemoteReports } from './remote-reports.ts'
import { channel } from './schema.ts'
import { anyLabel, openTrialQueue, type TrialQueue } from './trial-queue.ts'
import { createWake, type Wake } from './wake.ts'
import { createSlots, type AttemptEvent, type WorkerSlots } from './worker-slots.ts'
import { forgetWorker, seeWorker, type WorkerRow } from './workers.ts'

/** What a worker tells. */
export type WorkerEvent =
  | AttemptEvent
  | { readonly kind: 'ready'; readonly worker: string; readonly labels: readonly string[] }
  /** No new trials; those at hand have so long to end. */
  | { readonly kind: 'draining'; readonly running: number }
  | { readonly kind: 'database-trouble'; readonly message: string }

export interface RunWorkerOptions extends ClusterOptions {
  /** An address for `openDatabase`, or an open database, which stays open. */
  readonly database: string | Database
  /** Trials side by side. Default 1. */
  readonly slots?: number
  /** Takes trials with the label `gpu`; a name such as `'h200'` adds `gpu:h200`. Default false. */
  readonly gpu?: boolean | string
  /** Further labels. */
  readonly labels?: readonly string[]
  /** Whether trials without a label are taken as well. Default true. */
  readonly takesUnlabelled?: boolean
  /** Must be unique. Default: host, process and a random part. */
  readonly name?: string
  /** Where artefacts and logs of trials go. Default: nowhere. */
  readonly artifacts?: ArtifactStore
  /** Draining: no new trials are taken, those at hand have `drainMs` to end, then they are released to other workers. */
  readonly signal?: AbortSignal
  /** Default 25,000: within the 30 s that Kubernetes gives. */
  readonly drainMs?: number
  /** Ends the worker when it had nothing to do for so long. Default: never. */
  readonly idleExitMs?: number
  readonly onEvent?: (event: WorkerEvent) => void
}

/** How a worker ended. */
export interface WorkerSummary {
  readonly worker: string
  /** Attempts handed in. */
  readonly attempts: number
}

/**
 * Works until drained by `signal` or idle for `idleExitMs`.
 *
 * @throws RangeError for slots or times out of range; the database's error when it stays away
 */
export async function runWorker(options: RunWorkerOptions): Promise<WorkerSummary> {
  const { slots = 1, leaseMs = 30_000, pollMs = 1000, onEvent = () => undefined } = options
  if (!Number.isSafeInteger(slots) || slots < 1) {
    throw new RangeError(`runWorker: expected slots to be a whole number of at least 1, got ${slots}`)
  }
  checkPositive({ leaseMs, pollMs })
  const onTrouble = ({ message }: Error) => onEvent({ kind: 'database-trouble', message })
  const isOurs = typeof options.database === 'string'
  const database = isOurs
    ? await openDatabase(options.database as string, { onTrouble })
    : (options.database as Database)
  try {
    return await work(database, { ...options, slots, leaseMs, pollMs, onEvent })
  } finally {
    if (isOurs) await database.close()
  }
}

type Settings = RunWorkerOptions & Required<Pick<RunWorkerOptions, 'slots' | 'leaseMs' | 'pollMs' | 'onEvent'>>

interface Worker {
  readonly row: WorkerRow
  readonly database: Database
  readonly queue: TrialQueue
  readonly slots: WorkerSlots
  readonly wake: Wake
  readonly settings: Settings
}

async function work(database: Database, settings: Settings): Promise<WorkerSummary> {
  const { slots, leaseMs, pollMs, onEvent, artifacts } = settings
  const row = describeWorker(settings)
  const queue = await openTrialQueue(database, { supervise: false })
  const reports = createRemoteReports(database, pollMs)
  const wake = createWake()
  const parts = { database, queue, reports, worker: row.id, slots, leaseMs, artifacts, emit: onEvent }
  const worker: Worker = { row, database, queue, slots: createSlots(parts), wake, settings }
  await queue.open(row.labels)
  await seeWorker(database, row, 'working')
  const listening = await database.listen(channel, (payload) => {
    if (payload === '' || row.labels.some((label) => payload === `queue:${label}`)) wake.call()
    if (payload === '' || payload === `worker:${row.id}`) reports.look()
  })
  onEvent({ kind: 'ready', worker: row.id, labels: row.labels })
  const beating = keepBeating(worker)
  try {
    await Promise.race([takeTrials(worker), beating.failed])
    await drain(worker)
  } finally {
    await beating.stop()
    await reports.close()
    await listening.close()
    await queue.stop()
    await forgetWorker(database, row.id)
  }
  return { worker: row.id, attempts: worker.slots.count() }
}

function describeWorker({ name, slots, gpu = false, labels = [], takesUnlabelled = true }: Settings): WorkerRow {
  const host = hostname()
  // The rarest first: a trial that needs a GPU is not kept waiting by one that anybody can take.
  const own = [...labels, ...(typeof gpu === 'string' ? [`gpu:${gpu}`] : []), ...(gpu === false ? [] : ['gpu'])]
  const id = name ?? `${host}-${process.pid}-${crypto.randomUUID().slice(0, 8)}`
  return { id, host, pid: process.pid, slots, labels: takesUnlabelled ? [...own, anyLabel] : own }
}

async function takeTrials({ row, queue, slots, wake, settings }: Worker): Promise<void> {
  const { signal, pollMs, idleExitMs = Infinity } = settings
  signal?.addEventListener('abort', () => wake.call(), { once: true })
  const failure = Promise.withResolvers<never>()
  failure.promise.catch(() => undefined)
  let busyAt = performance.now()
  while (signal?.aborted !== true && performance.now() - busyAt < idleExitMs) {
    let taken = 0
    for (const label of row.labels) {
      const tickets = slots.free() > 0 ? await queue.take(label, slots.free()) : []
      for (const ticket of tickets) slots.start(ticket).then(() => wake.call(), failure.reject)
      taken += tickets.length
    }
    if (taken > 0 || slots.free() < settings.slots) busyAt = performance.now()
    if (taken === 0 || slots.free() === 0) await Promise.race([wake.wait(pollMs), failure.promise])
  }
}

/** Renews the leases three times in each; `failed` rejects when the database stays away. */
function keepBeating({ row, database, slots, settings }: Worker): { failed: Promise<never>; stop(): Promise<void> } {
  const { leaseMs, signal } = settings
  const wake = createWake()
  const failure = Promise.withResolvers<never>()
  failure.promise.catch(() => undefined)
  let isOpen = true
  const loop = (async () => {
    while (isOpen) {
      await wake.wait(leaseMs / 3)
      if (!isOpen) return
      await slots.beat()
      await seeWorker(database, row, signal?.aborted === true ? 'draining' : 'working')
    }
  })()
  loop.catch(failure.reject)
  return {
    failed: failure.promise,
    async stop() {
      isOpen = false
      wake.call()
      await loop.catch(() => undefined)
    },
  }
}

async function drain({ row, database, slots, settings }: Worker): Promise<void> {
  const { drainMs = 25_000, onEvent } = settings
  const running = settings.slots - slots.free()
  if (running === 0) return
  onEvent({ kind: 'draining', running })
  await seeWorker(database, row, 'draining')
  const timer = setTimeout(() => slots.stop(), drainMs)
  await slots.idle()
  clearTimeout(timer)
}
