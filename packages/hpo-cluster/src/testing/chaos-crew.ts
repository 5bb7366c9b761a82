/**
 * The processes of a chaos run, started, killed and started again.
 *
 * @module
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { ChaosProcessOptions } from './chaos-process.ts'

export interface Crew {
  readonly workers: Member[]
  server: Member
  /** Resolves with true when the server said that the study is done; false when it ended otherwise. */
  served: Promise<boolean>
  /** Aborted when a process ends that nobody killed. */
  readonly failed: AbortSignal
  /** Numbers of trials that servers saw end, in the order they did. */
  readonly finished: number[]
  retries: number
  startServer(): void
  startWorker(): void
  /** Kills with SIGKILL and waits until it is gone. */
  kill(member: Member): Promise<void>
  end(): Promise<void>
}

export interface Member {
  readonly name: string
  readonly process: ChildProcess
  readonly exited: Promise<unknown[]>
  /** Trials begun and not ended, as far as it told. */
  readonly running: Set<number>
}

const script = fileURLToPath(
  new URL(`./chaos-process.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
)

/** `wrap` may put words before the command of a worker, such as those that enter a network namespace. */
export interface CrewOptions extends Omit<ChaosProcessOptions, 'name'> {
  readonly wrap?: (name: string) => readonly string[]
  /** Address of the database as a worker sees it. */
  readonly addressFor?: (name: string) => string
}

interface Line {
  readonly kind: string
  readonly number?: number
  readonly state?: string
}

/** Nobody yet: start the server and the workers. */
export function createCrew(options: CrewOptions): Crew {
  const starter = createStarter(options)
  const crew: Crew = {
    workers: [],
    server: undefined as never,
    served: Promise.resolve(false),
    failed: starter.failed,
    finished: [],
    retries: 0,
    startServer() {
      let isServed = false
      crew.server = starter.start('server', ({ kind, number }) => {
        if (kind === 'trial-end') crew.finished.push(number as number)
        if (kind === 'retry') crew.retries++
        if (kind === 'served') isServed = true
      })
      crew.served = once(crew.server.process, 'close').then(() => isServed)
    },
    startWorker: () => void crew.workers.push(starter.start('worker', noteAttempts)),
    async kill(member) {
      await starter.kill(member)
      const index = crew.workers.indexOf(member)
      if (index >= 0) crew.workers.splice(index, 1)
    },
    async end() {
      await Promise.all([crew.server, ...crew.workers].map((member) => crew.kill(member)))
    },
  }
  return crew
}

function noteAttempts({ kind, number }: Line, { running }: Member): void {
  if (kind === 'attempt-start') running.add(number as number)
  if (kind === 'attempt-end') running.delete(number as number)
}

interface Starter {
  start(role: 'server' | 'worker', onLine: (line: Line, member: Member) => void): Member
  kill(member: Member): Promise<void>
  /** Aborted when a process ends that was not killed here. */
  readonly failed: AbortSignal
}

function createStarter({ wrap = () => [], addressFor, ...plain }: CrewOptions): Starter {
  let names = 0
  const failure = new AbortController()
  const killed = new Set<Member>()
  return {
    failed: failure.signal,
    start(role, onLine) {
      const name = `${role}-${++names}`
      const isWorker = role === 'worker'
      const database = isWorker && addressFor !== undefined ? addressFor(name) : plain.database
      const flags = script.endsWith('.ts') ? ['--conditions=@leanvox/source'] : []
      const words = [process.execPath, ...flags, script, role, JSON.stringify({ ...plain, name, database })]
      const [program, ...args] = [...(isWorker ? wrap(name) : []), ...words]
      const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
      const member: Member = { name, process: child, exited: once(child, 'exit'), running: new Set() }
      void member.exited.then(([code]) => {
        if (killed.has(member) || code === 0) return
        failure.abort(new Error(`${name}: expected to go on, got exit code ${String(code)}`))
      })
      createInterface({ input: child.stdout }).on('line', (line) => onLine(JSON.parse(line) as Line, member))
      return member
    },
    async kill(member) {
      killed.add(member)
      member.process.kill('SIGKILL')
      await member.exited
    },
  }
}
