/**
 * A PostgreSQL database as this package uses it: statements that outlive a restart of the server, and notifications.
 *
 * `postgres://user@host/name` is a server; `pglite:` an embedded PostgreSQL (PGlite) in memory and `pglite:<folder>` one
 * in files, both within one process. Every time that is compared is the database's own, so clocks of machines may differ.
 *
 * @module
 */
import { openPglite } from './pglite-database.ts'
import { openPostgres } from './postgres-database.ts'
import { schemaSql } from './schema.ts'
import { isUnreachable, withPatience, type Patience } from './unreachable.ts'

export interface Database {
  readonly kind: 'postgres' | 'pglite'
  /** Rows of one statement. While the database cannot be reached it waits and tries again: only for statements that may run twice. */
  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>
  /** Rows of one statement, tried once. */
  queryOnce<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>
  /** Calls back with every message on the channel, and with '' whenever some may have been missed. */
  listen(channel: string, onMessage: (payload: string) => void): Promise<Listening>
  /** Milliseconds for which the database has answered every statement; counts from the opening or the last failure. */
  answeringForMs(): number
  close(): Promise<void>
}

export interface Listening {
  close(): Promise<void>
}

/** A driver: one try at a statement, and notifications. */
export interface Driver {
  readonly kind: Database['kind']
  run(text: string, values: readonly unknown[]): Promise<Record<string, unknown>[]>
  listen: Database['listen']
  close(): Promise<void>
}

export interface OpenDatabaseOptions extends Patience {
  /** Connections of this process at most, one more for notifications. Default 4. */
  readonly connections?: number
}

/**
 * Opens a database and makes this package's tables in its schema `leanvox` where they are missing.
 *
 * @throws RangeError for an address of another kind; the database's error when it refuses
 */
export async function openDatabase(url: string, options: OpenDatabaseOptions = {}): Promise<Database> {
  const database = createDatabase(await openDriver(url, options), options)
  await database.query(schemaSql)
  return database
}

function openDriver(url: string, { connections = 4 }: OpenDatabaseOptions): Promise<Driver> {
  if (/^postgres(ql)?:\/\//.test(url)) return Promise.resolve(openPostgres(url, connections))
  if (url.startsWith('pglite:')) return openPglite(url.slice('pglite:'.length))
  throw new RangeError(
    `openDatabase: expected postgres://… or pglite:<folder>, got '${url.replace(/:[^:@/]*@/, ':…@')}'`,
  )
}

function createDatabase(driver: Driver, patience: Patience): Database {
  let answeringSince = performance.now()
  const once = async (text: string, values: readonly unknown[] = []) => {
    try {
      return await driver.run(text, values)
    } catch (error) {
      if (isUnreachable(error)) answeringSince = performance.now()
      throw error
    }
  }
  return {
    kind: driver.kind,
    query: (text, values) => withPatience(() => once(text, values), patience) as never,
    queryOnce: (text, values) => once(text, values) as never,
    listen: (channel, onMessage) => driver.listen(channel, onMessage),
    answeringForMs: () => performance.now() - answeringSince,
    close: () => driver.close(),
  }
}
