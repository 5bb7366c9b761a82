/**
 * The app as a user runs it: a process with arguments, an exit code, two streams, and children of its own.
 *
 * @module
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** How the app ended. */
export interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

/** A started app; `ended` resolves when its streams are closed. */
export interface RunningApp {
  readonly process: ChildProcess
  readonly ended: Promise<Ended>
}

/** Starts `proxy-hpo <args>` from its sources. */
export function startApp(args: readonly string[]): RunningApp {
  const child = spawn(process.execPath, ['--conditions=@leanvox/source', MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const text = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (text.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (text.stderr += chunk.toString()))
  const ended = new Promise<Ended>((resolve) =>
    child.on('exit', (code, signal) => setImmediate(() => resolve({ code, signal, ...text }))),
  )
  return { process: child, ended }
}

/** Runs `proxy-hpo <args>` to its end. */
export async function runApp(args: readonly string[]): Promise<Ended> {
  return startApp(args).ended
}

/** The processes that a process started and that still run (Linux; none elsewhere). */
export function childrenOf(pid: number): number[] {
  return processes().filter((one) => parentOf(one) === pid)
}

/** Whether a process still runs; a zombie that nobody waited for does not. */
export function isAlive(pid: number): boolean {
  return parentOf(pid) !== undefined
}

function processes(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  } catch {
    return [] // no /proc: the tests that need it cannot tell anything
  }
}

function parentOf(pid: number): number | undefined {
  try {
    // `<pid> (<name>) <state> <parent> ...`; the name may hold spaces and brackets.
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
    return state === 'Z' || state === 'X' ? undefined : Number(parent)
  } catch {
    return undefined
  }
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
