/**
 * The serving side of a cluster: hands attempts to workers, answers their reports, notices workers that died.
 *
 * One loop looks at all attempts in flight: woken by notifications, and every so often without. A worker is lost when its
 * lease has run out on the database's clock, but only if this process itself has had the database all that time: after
 * an outage everybody's lease has run out, and everybody gets the time to renew it.
 *
 * @module
 */
import { forgetOldAttempts, loseAttempts } from './attempts.ts'
import { attemptExecutor, type ClusterExecutor, type ExecutorOptions } from './cluster-executor.ts'
import { type Database } from './database.ts'
import { createFlights, type Flights } from './flights.ts'
import { channel } from './schema.ts'
import { openTrialQueue } from './trial-queue.ts'
import { createWake } from './wake.ts'
import { forgetDeadWorkers, freeSlots } from './workers.ts'

export interface ClusterOptions {
  /** A worker that is not heard of for so long is lost, and its trials are tried again. Default 30,000. */
  readonly leaseMs?: number
  /** How often to look without being told. Default 1000. */
  readonly pollMs?: number
}

export interface OpenClusterOptions extends ClusterOptions {
  /**
   * How long the database remembers an attempt after its end. A study needs it until the outcome is in its journal; one
   * that comes back later than this repeats the trials whose outcome it had not taken. Default 7 days.
   */
  readonly keepEndedMs?: number
}

export interface Cluster {
  /** An executor for the trials of one study. */
  executor(options: ExecutorOptions): Promise<ClusterExecutor>
  /** Slots of the workers that now take this label, as of the last look. */
  slots(label?: string): number
  close(): Promise<void>
}

/**
 * Connects this process, as a server, to the workers of a database. The database stays open when the cluster is closed.
 *
 * @throws RangeError for a lease or poll interval that is not positive
 */
export async function openCluster(database: Database, options: OpenClusterOptions = {}): Promise<Cluster> {
  const { leaseMs = 30_000, pollMs = 1000, keepEndedMs = 7 * 86_400_000 } = options
  checkPositive({ leaseMs, pollMs, keepEndedMs })
  const queue = await openTrialQueue(database, { supervise: true })
  const wake = createWake()
  const listening = await database.listen(channel, (payload) => {
    if (payload === '' || payload === 'server') wake.call()
  })
  const flights = createFlights(database)
  const tidy = createTidying(database, { flights, keepMs: keepEndedMs })
  await tidy()
  let isOpen = true
  let slots = await freeSlots(database, leaseMs)
  const loop = (async () => {
    for (let looked = 0; isOpen;) {
      await wake.wait(pollMs)
      if (!isOpen) return
      if (performance.now() - looked > Math.min(pollMs, leaseMs / 3)) {
        looked = performance.now()
        slots = await freeSlots(database, leaseMs)
        if (database.answeringForMs() > leaseMs) await loseAttempts(database, flights.ids())
        await tidy()
      }
      await flights.turn()
    }
  })()
  // An error that waiting does not cure ends every attempt in flight with it.
  loop.catch((error: unknown) => flights.fail(error))
  return {
    executor: (of) => attemptExecutor(of, { database, queue, flights, wake }),
    slots: (label = 'any') => slots.get(label) ?? 0,
    async close() {
      isOpen = false
      wake.call()
      await loop.catch(() => undefined)
      await listening.close()
      await queue.stop()
    },
  }
}

/** Between two turns of tidying. */
const tidyEveryMs = 3_600_000

/** Removes, now and then, workers that are gone and attempts that ended long ago. */
function createTidying(database: Database, { flights, keepMs }: { flights: Flights; keepMs: number }) {
  let due = 0
  return async () => {
    if (performance.now() < due) return
    due = performance.now() + tidyEveryMs
    await forgetDeadWorkers(database)
    await forgetOldAttempts(database, { keepMs, waitedFor: flights.ids() })
  }
}

/** Refuses times that are not positive numbers. */
export function checkPositive(times: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(times)) {
    if (!(value > 0)) throw new RangeError(`cluster: expected ${name} > 0, got ${value}`)
  }
}
