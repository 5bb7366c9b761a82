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

const script = fileURLToPath(new URL(`./chaos-process.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url))

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

export function createCrew(options: CrewOptions): Crew {
  const { wrap = () => [], addressFor = () => options.database, ...plain } = options
  let names = 0
  const failure = new AbortController()
  const killed = new Set<string>()
  const start = (role: 'server' | 'worker', onLine: (line: Line, member: Member) => void): Member => {
    const name = `${role}-${++names}`
    const database = role === 'worker' ? addressFor(name) : options.database
    const words = [script, role, JSON.stringify({ ...plain, name, database })]
    const conditions = process.execArgv.some((flag) => flag.includes('@leanvox/source')) || script.endsWith('.ts')
    const flags = conditions ? ['--conditions=@leanvox/source'] : []
    const [program, ...args] = [...(role === 'worker' ? wrap(name) : []), process.execPath, ...flags, ...words]
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    const member = { name, process: child, exited: once(child, 'exit'), running: new Set<number>() }
    void member.exited.then(([code]) => {
      if (!killed.has(name) && code !== 0) failure.abort(new Error(`${name}: expected to go on, got exit code ${code}`))
    })
    createInterface({ input: child.stdout }).on('line', (line) => onLine(JSON.parse(line) as Line, member))
    return member
  }
  const onWorkerLine = ({ kind, number }: Line, { running }: Member) => {
    if (kind === 'attempt-start') running.add(number as number)
    if (kind === 'attempt-end') running.delete(number as number)
  }
  const crew: Crew = {
    workers: [],
    server: undefined as never,
    served: Promise.resolve(false),
    failed: failure.signal,
    finished: [],
    retries: 0,
    startServer() {
      let isServed = false
      crew.server = start('server', ({ kind, number }) => {
        if (kind === 'trial-end') crew.finished.push(number as number)
        if (kind === 'retry') crew.retries++
        if (kind === 'served') isServed = true
      })
      crew.served = once(crew.server.process, 'close').then(() => isServed)
    },
    startWorker: () => void crew.workers.push(start('worker', onWorkerLine)),
    async kill({ process: child, exited, name }) {
      killed.add(name)
      child.kill('SIGKILL')
      await exited
      const index = crew.workers.findIndex((worker) => worker.name === name)
      if (index >= 0) crew.workers.splice(index, 1)
    },
    async end() {
      await Promise.all([crew.server, ...crew.workers].map((member) => crew.kill(member)))
    },
  }
  return crew
}
