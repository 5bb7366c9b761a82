/**
 * The attempts that a worker has at hand: claimed, run, kept alive, and handed in.
 *
 * @module
 */
import { type TrialOutcome } from '@leanvox/hpo-search'
import { openAttemptFolder } from './attempt-folder.ts'
import { runAttempt } from './attempt-runner.ts'
import { claimAttempt, finishAttempt, keepAttempts, type AttemptRequest } from './attempts.ts'
import { type ArtifactStore } from './artifacts.ts'
import { type Database } from './database.ts'
import { type RemoteReports } from './remote-reports.ts'
import { type Ticket, type TrialQueue } from './trial-queue.ts'

/** What a worker tells of its attempts. */
export type AttemptEvent = {
  readonly kind: 'attempt-start' | 'attempt-end'
  readonly studyName: string
  readonly number: number
  readonly attempt: number
  /** How it ended; `'lost'` when somebody else had ended it before, so that its result was dropped. */
  readonly state?: TrialOutcome['state'] | 'lost'
}

export interface SlotsOptions {
  readonly database: Database
  readonly queue: TrialQueue
  readonly reports: RemoteReports
  readonly worker: string
  readonly slots: number
  readonly leaseMs: number
  readonly artifacts: ArtifactStore | undefined
  readonly emit: (event: AttemptEvent) => void
}

export interface WorkerSlots {
  /** How many more attempts fit in. */
  free(): number
  /** Takes the slot at once, then claims and runs the ticket's attempt; resolves when the slot is free again. */
  start(ticket: Ticket): Promise<void>
  /** Renews what is held, and stops what is not held any more. */
  beat(): Promise<void>
  /** Stops all attempts; they are released for other workers. */
  stop(): void
  /** Resolves when all slots are free. */
  idle(): Promise<void>
  /** Attempts that were handed in. */
  count(): number
}

interface Held {
  readonly ticket: Ticket
  readonly token: string
  readonly slot: number
  readonly abort: AbortController
  readonly claim: { isMade: boolean }
  readonly ended: Promise<void>
}

const lost = 'the attempt was given to another worker'
const drained = 'the worker was drained'

export function createSlots(options: SlotsOptions): WorkerSlots {
  const { database, queue, slots, leaseMs } = options
  const held = new Map<string, Held>()
  let count = 0
  return {
    free: () => slots - held.size,
    start(ticket) {
      const taken = new Set([...held.values()].map(({ slot }) => slot))
      const slot = Array.from({ length: slots }, (_, index) => index).find((index) => !taken.has(index)) as number
      const run = { ticket, token: crypto.randomUUID(), slot, abort: new AbortController(), claim: { isMade: false } }
      const { token } = run
      const work = runTicket(options, run).then((isHandedIn) => {
        held.delete(token)
        if (isHandedIn) count++
      })
      held.set(token, { ...run, ended: work })
      return work
    },
    async beat() {
      // One that is being claimed right now may or may not be in the database yet.
      const now = [...held.values()].filter(({ claim }) => claim.isMade)
      if (now.length === 0) return
      const kept = await keepAttempts(
        database,
        now.map(({ token }) => token),
        leaseMs,
      )
      for (const { token, abort } of now) if (!kept.has(token)) abort.abort(lost)
      await queue.touch(now.map(({ ticket }) => ticket))
    },
    stop: () => held.forEach(({ abort }) => abort.abort(drained)),
    idle: async () => void (await Promise.all([...held.values()].map(({ ended }) => ended))),
    count: () => count,
  }
}

type Run = Omit<Held, 'ended'>

/** Runs a ticket's attempt and hands its outcome in; false when it was not to be had or no longer ours. */
async function runTicket(options: SlotsOptions, run: Run): Promise<boolean> {
  const { database, queue, worker, leaseMs, emit } = options
  const { ticket, token, abort } = run
  const request = await claimAttempt(database, ticket.attempt, { token, worker, leaseMs })
  if (request === null) {
    await queue.close(ticket)
    return false
  }
  run.claim.isMade = true
  const { studyName, number, attempt } = request
  emit({ kind: 'attempt-start', studyName, number, attempt })
  const outcome = await runInFolder(options, { ...run, request })
  const isOurs = abort.signal.reason !== lost && (await finishAttempt(database, { id: ticket.attempt, token }, outcome))
  emit({ kind: 'attempt-end', studyName, number, attempt, state: isOurs ? outcome.state : 'lost' })
  await queue.close(ticket)
  return isOurs
}

async function runInFolder(options: SlotsOptions, run: Run & { request: AttemptRequest }): Promise<TrialOutcome> {
  const { artifacts } = options
  const { request, abort } = run
  const inProcess = 'module' in request.task && request.task.isolation === 'in-process'
  try {
    const folder = artifacts === undefined || inProcess ? null : await openAttemptFolder(request, artifacts)
    const env = folder === null ? {} : { LEANVOX_ARTIFACTS: folder.path }
    const output = folder === null ? {} : { onOutput: (text: string) => folder.log(text) }
    const outcome = await runHere(options, { ...run, env, output })
    if (folder === null || abort.signal.reason === lost) return outcome
    return await folder.keep(outcome)
  } catch (error) {
    return {
      state: 'fail',
      reason: `artifacts: ${error instanceof Error ? error.message : String(error)}`,
      retry: true,
    }
  }
}

async function runHere(
  { reports, slots }: SlotsOptions,
  run: Run & { request: AttemptRequest; env: Record<string, string>; output: object },
): Promise<TrialOutcome> {
  const { request, ticket, token, slot, abort, env, output } = run
  const { signal } = abort
  let seq = 0
  const outcome = await runAttempt(request, {
    report: (value, step) => reports.report({ id: ticket.attempt, token, seq: ++seq, signal }, { value, step }),
    signal,
    sideBySide: slots,
    env: { LEANVOX_SLOT: `${slot}`, ...env },
    ...output,
  })
  // Whatever an objective made of being stopped: the next attempt decides.
  return signal.aborted ? { state: 'released', reason: String(signal.reason) } : outcome
}
