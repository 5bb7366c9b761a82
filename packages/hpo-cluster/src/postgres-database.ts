/**
 * The driver for a PostgreSQL server (pg): a small pool, and one connection that listens and comes back by itself.
 *
 * @module
 */
import pg from 'pg'
import { type Driver, type Listening } from './database.ts'

/** A statement that got no answer for so long counts as a broken connection. */
const answerTimeoutMs = 15_000
const connectTimeoutMs = 5_000
const reconnectMs = 300
/** How often the listening connection is asked whether it still lives: a cut network says nothing by itself. */
const pingMs = 10_000

export function openPostgres(connectionString: string, connections: number): Driver {
  const config = {
    connectionString,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: answerTimeoutMs,
    keepAlive: true,
    application_name: 'leanvox',
  }
  const pool = new pg.Pool({ ...config, max: connections })
  // An idle connection that breaks is replaced by the pool; the next statement tells.
  pool.on('error', () => undefined)
  const listeners = new Set<Listening>()
  return {
    kind: 'postgres',
    async run(text, values) {
      // Without values the simple protocol takes several statements at once, and answers with one result for each.
      const result: unknown = await (values.length === 0 ? pool.query(text) : pool.query(text, [...values]))
      return [result].flat().flatMap((each) => (each as pg.QueryResult).rows as Record<string, unknown>[])
    },
    async listen(channel, onMessage) {
      const listening = keepListening(config, { channel, onMessage })
      listeners.add(listening)
      return listening
    },
    async close() {
      await Promise.all([...listeners].map((listening) => listening.close()))
      await pool.end()
    },
  }
}

function keepListening(
  config: pg.ClientConfig,
  { channel, onMessage }: { channel: string; onMessage: (payload: string) => void },
): Listening {
  let isClosed = false
  let client: pg.Client | undefined
  let retry: NodeJS.Timeout | undefined
  const connect = async (): Promise<void> => {
    const fresh = new pg.Client(config)
    client = fresh
    let isOver = false
    const again = () => {
      if (isOver) return
      isOver = true
      clearInterval(ping)
      fresh.end().catch(() => undefined)
      if (!isClosed) retry = setTimeout(() => void connect(), reconnectMs)
    }
    const ping = setInterval(() => void fresh.query('SELECT 1').catch(again), pingMs)
    fresh.on('error', again)
    fresh.on('end', again)
    fresh.on('notification', ({ payload }) => onMessage(payload ?? ''))
    try {
      await fresh.connect()
      await fresh.query(`LISTEN ${channel}`)
      onMessage('')
    } catch {
      again()
    }
  }
  void connect()
  return {
    async close() {
      isClosed = true
      clearTimeout(retry)
      await client?.end().catch(() => undefined)
    },
  }
}
