/**
 * The queue of attempts waiting for a worker: pg-boss, one queue for each label.
 *
 * A job is a ticket with the number of an attempt. Who takes it must still claim the attempt, so a ticket seen twice
 * starts nothing twice. A worker keeps its ticket while it works and touches it with every heartbeat; the ticket of a
 * worker that died between taking and claiming comes back through pg-boss's own heartbeat.
 *
 * @module
 */
import { PgBoss, type Db } from 'pg-boss'
import { type Database } from './database.ts'
import { channel } from './schema.ts'

/** Whoever has no other label takes these. */
export const anyLabel = 'any'

export interface Ticket {
  readonly label: string
  readonly attempt: string
}

export interface TrialQueue {
  /** Makes the queues of these labels where they are missing. */
  open(labels: readonly string[]): Promise<void>
  /** Puts an attempt into the queue of its label; again without effect. */
  send(ticket: Ticket): Promise<void>
  /** Takes up to so many tickets of a label. */
  take(label: string, count: number): Promise<Ticket[]>
  /** Says that the work on these goes on. */
  touch(tickets: readonly Ticket[]): Promise<void>
  /** Drops a ticket for good. */
  close(ticket: Ticket): Promise<void>
  stop(): Promise<void>
}

/** Shortest that pg-boss allows; tickets only need to come back some time after a worker died at a bad moment. */
const heartbeatSeconds = 10
const superviseSeconds = 5

/** Opens pg-boss on the database. `supervise`: whether this process brings lost tickets back (servers do). */
export async function openTrialQueue(database: Database, { supervise }: { supervise: boolean }): Promise<TrialQueue> {
  const boss = await startBoss(database, supervise)
  const byLabel = (tickets: readonly Ticket[]) => Map.groupBy(tickets, ({ label }) => label)
  return {
    async open(labels) {
      for (const label of labels) {
        const options = { heartbeatSeconds, retryLimit: 1000, expireInSeconds: 23 * 3600, deleteAfterSeconds: 3600 }
        await boss.createQueue(queueName(label), options)
      }
    },
    async send({ label, attempt }) {
      await boss.send(queueName(label), {}, { id: attempt })
      await database.query(`SELECT pg_notify('${channel}', $1)`, [`queue:${label}`])
    },
    async take(label, count) {
      const jobs = await boss.fetch(queueName(label), { batchSize: count })
      return jobs.map(({ id }) => ({ label, attempt: id }))
    },
    async touch(tickets) {
      for (const [label, some] of byLabel(tickets)) {
        await boss.touch(
          queueName(label),
          some.map(({ attempt }) => attempt),
        )
      }
    },
    async close({ label, attempt }) {
      await boss.complete(queueName(label), attempt)
    },
    stop: () => boss.stop({ graceful: false, close: false }),
  }
}

/** Codes of "exists already": of processes that make pg-boss's tables at the same moment all but one see them. */
const raceCodes = ['23505', '42P06', '42P07', '42710']

async function startBoss(database: Database, supervise: boolean): Promise<PgBoss> {
  for (let tries = 1; ; tries++) {
    const boss = createBoss(database, supervise)
    try {
      return await boss.start()
    } catch (error) {
      if (tries === 5 || !raceCodes.includes((error as { code?: string }).code ?? '')) throw error
      await new Promise((resolve) => setTimeout(resolve, 100 * tries))
    }
  }
}

function createBoss(database: Database, supervise: boolean): PgBoss {
  const boss = new PgBoss({
    db: bossDatabase(database),
    schema: 'leanvox_queue',
    backend: database.kind === 'pglite' ? 'pglite' : 'postgres',
    schedule: false,
    supervise,
    superviseIntervalSeconds: superviseSeconds,
    monitorIntervalSeconds: superviseSeconds,
    reindex: false,
    monitorVacuum: false,
  })
  // Statements are tried again until the database is back; what maintenance missed its next turn does.
  boss.on('error', () => undefined)
  return boss
}

/** pg-boss allows letters, digits and `_ - . /`. */
function queueName(label: string): string {
  return `trials.${label.replaceAll(/[^\w.-]/g, (character) => `_${character.codePointAt(0)?.toString(16)}_`)}`
}

/** Our own connections for pg-boss, so that it waits as well while the database is gone. */
function bossDatabase(database: Database): Db {
  return {
    async executeSql(text, values) {
      return { rows: await database.query(text, values ?? []) }
    },
  }
}
