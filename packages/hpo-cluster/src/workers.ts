/**
 * Who is there: workers sign on, are seen with every heartbeat, and sign off; those not seen any more are left out.
 *
 * @module
 */
import { type Database } from './database.ts'
import { channel } from './schema.ts'

export interface WorkerRow {
  readonly id: string
  readonly host: string
  readonly pid: number
  readonly slots: number
  readonly labels: readonly string[]
}

/** Signs a worker on, or says again that it is there. */
export async function seeWorker(database: Database, worker: WorkerRow, state: 'working' | 'draining'): Promise<void> {
  const { id, host, pid, slots, labels } = worker
  await database.query(
    `WITH seen AS (
       INSERT INTO leanvox.worker (id, host, pid, slots, labels, state) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (id) DO UPDATE SET state = excluded.state, seen_at = now()
     ) SELECT FROM pg_notify('${channel}', 'seen')`,
    [id, host, pid, slots, labels, state],
  )
}

/** Removes workers that died long ago. */
export async function forgetDeadWorkers(database: Database): Promise<void> {
  await database.query(`DELETE FROM leanvox.worker WHERE seen_at < now() - interval '1 day'`)
}

/** Signs a worker off. */
export async function forgetWorker(database: Database, id: string): Promise<void> {
  await database.query('DELETE FROM leanvox.worker WHERE id = $1', [id])
}

/** Slots by label of the workers that were seen within a lease and take new trials. */
export async function freeSlots(database: Database, leaseMs: number): Promise<Map<string, number>> {
  const rows = await database.query<{ label: string; slots: number }>(
    `SELECT label, sum(slots)::int AS slots FROM leanvox.worker, unnest(labels) AS label
     WHERE state = 'working' AND seen_at > now() - $1 * interval '1 millisecond' GROUP BY label`,
    [leaseMs],
  )
  return new Map(rows.map(({ label, slots }) => [label, slots]))
}
