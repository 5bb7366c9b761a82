/**
 * Who serves a study: one process at a time, by a lease on the database's clock.
 *
 * A server that dies stops renewing; when its lease has run out another one takes over with a new token, and the storage
 * refuses what the old one might still write.
 *
 * @module
 */
import { type Database } from './database.ts'
import { StudyTakenError, type Fence } from './postgres-storage.ts'

export interface HeldStudy {
  readonly fence: Fence
  /** Aborted with StudyTakenError when another process took over. */
  readonly lost: AbortSignal
  release(): Promise<void>
}

export interface HoldStudyOptions {
  /** Names this server to others. */
  readonly holder: string
  readonly leaseMs: number
  /** Ends the waiting. */
  readonly signal?: AbortSignal
  /** Called once when somebody else serves the study and this process waits. */
  readonly onWait?: (holder: string) => void
}

const takeSql = `
INSERT INTO leanvox.study_lease AS held (study, holder, token, until)
VALUES ($1, $2, $3::uuid, now() + $4 * interval '1 millisecond')
ON CONFLICT (study) DO UPDATE SET holder = excluded.holder, token = excluded.token, until = excluded.until
WHERE held.until < now() OR held.token = excluded.token
RETURNING token`
const renewSql = `
UPDATE leanvox.study_lease SET until = now() + $3 * interval '1 millisecond'
WHERE study = $1 AND token = $2::uuid RETURNING token`

/**
 * Waits until nobody else serves the study, then keeps it.
 *
 * @throws the signal's reason when aborted before
 */
export async function holdStudy(database: Database, study: string, options: HoldStudyOptions): Promise<HeldStudy> {
  const { leaseMs } = options
  const token = crypto.randomUUID()
  await take(database, { study, token }, options)
  const lost = new AbortController()
  const renew = async () => {
    const kept = await database.query(renewSql, [study, token, leaseMs])
    if (kept.length === 0) lost.abort(new StudyTakenError(study))
  }
  let renewing = Promise.resolve()
  const onTimer = () => {
    renewing = renewing.then(renew).catch((error: unknown) => lost.abort(error))
  }
  const timer = setInterval(onTimer, leaseMs / 3)
  return {
    fence: { study, token },
    lost: lost.signal,
    async release() {
      clearInterval(timer)
      await renewing
      await database.query('DELETE FROM leanvox.study_lease WHERE study = $1 AND token = $2::uuid', [study, token])
    },
  }
}

async function take(database: Database, { study, token }: Fence, options: HoldStudyOptions): Promise<void> {
  const { holder, leaseMs, signal, onWait } = options
  for (let hasWaited = false; ; hasWaited = true) {
    signal?.throwIfAborted()
    if ((await database.query(takeSql, [study, holder, token, leaseMs])).length > 0) return
    if (!hasWaited) {
      const text = 'SELECT holder FROM leanvox.study_lease WHERE study = $1'
      onWait?.((await database.query<{ holder: string }>(text, [study]))[0]?.holder ?? 'unknown')
    }
    await new Promise((resolve) => setTimeout(resolve, Math.min(1000, leaseMs / 4)))
  }
}
