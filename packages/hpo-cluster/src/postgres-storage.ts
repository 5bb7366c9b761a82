/**
 * Studies in PostgreSQL: a journal of operations, one row each, in Optuna's format like the journals in files.
 *
 * An append is one statement: it moves the journal's length on, which makes writers take turns, and adds the rows; so
 * rows have no gaps and a reader never sees a later one before an earlier. With a position it is a compare-and-set, with a
 * fence it happens only while this process still serves the study. When the connection breaks while an append is under
 * way it is looked up before it is tried again, so nothing is recorded twice.
 *
 * @module
 */
import { parsePythonJson, stringifyPythonJson, type Operation, type Storage } from '@leanvox/hpo-search'
import { type Database } from './database.ts'
import { channel } from './schema.ts'
import { isUnreachable } from './unreachable.ts'

/** Proof of serving a study, see `holdStudy`. */
export interface Fence {
  readonly study: string
  readonly token: string
}

export interface PostgresStorageOptions {
  /** Several journals may share a database; studies of one name may exist in each. Default `'default'`. */
  readonly journal?: string
  /** Appends are refused once another process serves the study. */
  readonly fence?: Fence
}

/** Another process serves the study now; this one must stop writing. */
export class StudyTakenError extends Error {
  readonly study: string
  constructor(study: string) {
    super(`study '${study}': expected to be its server, got another one that took it over`)
    this.name = 'StudyTakenError'
    this.study = study
  }
}

const appendSql = `
WITH head AS (
  UPDATE leanvox.journal_head SET length = length + cardinality($2::text[])
  WHERE journal = $1 AND ($3::bigint IS NULL OR length = $3::bigint)
    AND ($4::text IS NULL OR EXISTS (SELECT FROM leanvox.study_lease WHERE study = $4::text AND token = $5::uuid))
  RETURNING length
), added AS (
  INSERT INTO leanvox.journal (journal, position, append, operation)
  SELECT $1, head.length - cardinality($2::text[]) + place - 1, $6::uuid, operation
  FROM head, unnest($2::text[]) WITH ORDINALITY AS given (operation, place)
  RETURNING position
)
SELECT (SELECT count(*)::int FROM added) AS added FROM pg_notify('${channel}', 'journal')`

/** A storage in an open database. Many processes may read and append at the same time. */
export function postgresStorage(database: Database, options: PostgresStorageOptions = {}): Storage {
  const { journal = 'default', fence } = options
  let isMade = false

  async function append(operations: readonly Operation[], position: number | null): Promise<boolean> {
    if (operations.length === 0) return true
    if (!isMade) await makeHead(database, journal)
    isMade = true
    return appendRows(database, { journal, operations, position, fence })
  }

  return {
    async read(from) {
      const rows = await database.query<{ operation: string }>(
        'SELECT operation FROM leanvox.journal WHERE journal = $1 AND position >= $2 ORDER BY position',
        [journal, from],
      )
      return rows.map(({ operation }) => parsePythonJson(operation) as Operation)
    },
    async append(operations) {
      await append(operations, null)
    },
    appendAt: (position, operations) => append(operations, position),
  }
}

/** False when the journal has another length than `position`. */
async function appendRows(database: Database, { journal, operations, position, fence }: Appending): Promise<boolean> {
  const id = crypto.randomUUID()
  const texts = operations.map((operation) => stringifyPythonJson(operation))
  const values = [journal, texts, position, fence?.study ?? null, fence?.token ?? null, id]
  for (;;) {
    try {
      const [{ added }] = await database.queryOnce<{ added: number }>(appendSql, values)
      if (added > 0) return true
    } catch (error) {
      if (!isUnreachable(error)) throw error
      if (await wasAppended(database, id)) return true
      continue
    }
    // An earlier try that seemed lost may have been the one that moved the journal on.
    if (await wasAppended(database, id)) return true
    await checkFence(database, fence)
    return false
  }
}

interface Appending {
  readonly journal: string
  readonly operations: readonly Operation[]
  readonly position: number | null
  readonly fence: Fence | undefined
}

async function makeHead(database: Database, journal: string): Promise<void> {
  const text = 'INSERT INTO leanvox.journal_head (journal, length) VALUES ($1, 0) ON CONFLICT DO NOTHING'
  await database.query(text, [journal])
}

async function wasAppended(database: Database, id: string): Promise<boolean> {
  return (await database.query('SELECT 1 FROM leanvox.journal WHERE append = $1 LIMIT 1', [id])).length > 0
}

async function checkFence(database: Database, fence: Fence | undefined): Promise<void> {
  if (fence === undefined) return
  const text = 'SELECT 1 FROM leanvox.study_lease WHERE study = $1 AND token = $2'
  if ((await database.query(text, [fence.study, fence.token])).length === 0) throw new StudyTakenError(fence.study)
}
