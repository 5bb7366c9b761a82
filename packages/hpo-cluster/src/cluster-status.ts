/**
 * What goes on in a cluster, for people to look at.
 *
 * @module
 */
import { type AttemptState } from './attempts.ts'
import { type Database } from './database.ts'

export interface ClusterStatus {
  /** Workers that have signed on, with the seconds since they were last seen; old ones died. */
  readonly workers: readonly {
    readonly id: string
    readonly host: string
    readonly pid: number
    readonly slots: number
    readonly labels: readonly string[]
    readonly state: 'working' | 'draining'
    readonly seenSecondsAgo: number
  }[]
  /** Attempts that wait or run: `<scope>/<study>`, number and count of the trial. */
  readonly attempts: readonly {
    readonly scope: string
    readonly number: number
    readonly attempt: number
    readonly label: string
    readonly state: AttemptState
    readonly worker: string | null
    /** Seconds until its worker counts as lost; null while it waits. */
    readonly leaseSeconds: number | null
  }[]
  /** Who serves which study; more than 0 seconds left: now. */
  readonly servers: readonly { readonly study: string; readonly holder: string; readonly leaseSeconds: number }[]
}

/** Workers, open attempts and servers, by the database's clock. */
export async function clusterStatus(database: Database): Promise<ClusterStatus> {
  const [workers, attempts, servers] = await Promise.all([
    database.query(
      `SELECT id, host, pid, slots, labels, state, extract(epoch FROM now() - seen_at)::float8 AS "seenSecondsAgo"
       FROM leanvox.worker ORDER BY started_at`,
    ),
    database.query(
      `SELECT scope, number, attempt, label, state, worker,
         extract(epoch FROM lease_until - now())::float8 AS "leaseSeconds"
       FROM leanvox.attempt WHERE state IN ('queued', 'running') ORDER BY created_at`,
    ),
    database.query(
      `SELECT study, holder, extract(epoch FROM until - now())::float8 AS "leaseSeconds"
       FROM leanvox.study_lease ORDER BY study`,
    ),
  ])
  return { workers, attempts, servers } as unknown as ClusterStatus
}
