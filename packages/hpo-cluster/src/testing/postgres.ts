/**
 * A PostgreSQL server in a temporary folder, for tests and trials of strength: started, stopped in several ways, removed.
 *
 * The programs are those of the system (Debian's in /usr/lib/postgresql). PostgreSQL refuses to run as root, so under root
 * the server runs as the user postgres or nobody.
 *
 * @module
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

export interface StartPostgresOptions {
  /** Addresses to listen on. Default 127.0.0.1 only. */
  readonly listen?: string
  /** Whether commits wait for the disk. Default true, as in production. */
  readonly fsync?: boolean
}

export interface PostgresServer {
  /** Address for `openDatabase`; any user, no password. */
  readonly url: string
  readonly port: number
  /** `fast` ends connections in good order, `immediate` is a crash: recovery follows. */
  stop(how?: 'fast' | 'immediate'): Promise<void>
  /** Starts it again, on the same port and data; resolves when it answers. */
  start(): Promise<void>
  /** Stops it and removes its data. */
  remove(): Promise<void>
}

/** The folder of PostgreSQL's programs, or null where it is not installed; LEANVOX_POSTGRES names another one. */
export function findPostgres(): string | null {
  const base = '/usr/lib/postgresql'
  const versions = existsSync(base) ? readdirSync(base).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [process.env['LEANVOX_POSTGRES'], ...versions.map((version) => join(base, version, 'bin'))]
  const paths = (process.env['PATH'] ?? '').split(':')
  return [...folders, ...paths].find((folder) => folder !== undefined && existsSync(join(folder, 'initdb'))) ?? null
}

/**
 * A new, empty server on a free port.
 *
 * @throws Error when PostgreSQL is not installed or does not start
 */
export async function startPostgres(options: StartPostgresOptions = {}): Promise<PostgresServer> {
  const { listen = '127.0.0.1', fsync = true } = options
  const { programs, user, folder, data } = makeData()
  // Its rules let in only this machine.
  if (listen !== '127.0.0.1') appendFileSync(join(data, 'pg_hba.conf'), 'host all all samenet trust\n')
  const port = await freePort()
  const settings = [`listen_addresses=${listen}`, `fsync=${fsync ? 'on' : 'off'}`, 'max_connections=200']
  const args = ['-D', data, '-p', `${port}`, '-k', folder, ...settings.flatMap((setting) => ['-c', setting])]
  const url = `postgres://leanvox@127.0.0.1:${port}/postgres`
  let server: ChildProcess | undefined
  const stop = async (how: 'fast' | 'immediate' = 'fast') => {
    if (server === undefined || server.exitCode !== null) return
    const ended = once(server, 'exit')
    server.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT')
    await ended
  }
  const start = async () => {
    server = spawn(join(programs, 'postgres'), args, { ...user, cwd: folder, stdio: 'ignore' })
    await untilItAnswers(url, server)
  }
  // A test that fails must not leave a server behind.
  process.once('exit', () => server?.kill('SIGQUIT'))
  await start()
  return {
    url,
    port,
    stop,
    start,
    async remove() {
      await stop()
      rmSync(folder, { recursive: true })
    },
  }
}

/** An empty database in a new folder. */
function makeData() {
  const programs = findPostgres()
  if (programs === null) throw new Error('startPostgres: expected PostgreSQL to be installed, found no initdb')
  const user = process.getuid?.() === 0 ? unprivilegedUser() : {}
  const folder = mkdtempSync(join(tmpdir(), 'leanvox-postgres-'))
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const initdb = ['-D', data, '-A', 'trust', '-U', 'leanvox', '-E', 'UTF8', '--locale=C', '--no-sync']
  execFileSync(join(programs, 'initdb'), initdb, { ...user, cwd: folder, stdio: 'ignore' })
  return { programs, user, folder, data }
}

function unprivilegedUser(): { uid?: number; gid?: number } {
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = ['-u', '-g'].map((flag) =>
        Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] })),
      )
      return { uid, gid }
    } catch {
      continue // not a user of this system
    }
  }
  throw new Error('startPostgres: expected a user postgres or nobody, found neither')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function untilItAnswers(url: string, server: ChildProcess): Promise<void> {
  const until = performance.now() + 60_000
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 })
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.query('SELECT 1')
      return await client.end()
    } catch (error) {
      await client.end().catch(() => undefined)
      if (server.exitCode !== null)
        throw new Error(`startPostgres: expected a server, got exit code ${server.exitCode}`)
      if (performance.now() > until) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
