/**
 * An app as a user runs it: a process with arguments, an exit code and two streams. For the tests of apps.
 *
 * @module
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** How an app ended. */
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

/** How an app is started. */
export interface StartOptions {
  /** Working directory; default: this process's. */
  readonly cwd?: string
  /** SIGTERM is sent once this appears on standard error. */
  readonly stopAt?: string
  /**
   * What the end is told by: `close` (default) waits for the streams, and so for children that inherited them; `exit`
   * does not.
   */
  readonly until?: 'close' | 'exit'
}

/**
 * Starts an app from its sources; `main` is the URL of its main file. It gets one thread, unless the environment says
 * otherwise: tests run side by side, and threads that wait for one another on a shared core spin.
 */
export function startProgram(
  main: URL,
  args: readonly string[],
  { cwd, stopAt, until = 'close' }: StartOptions = {},
): RunningApp {
  const child = spawn(process.execPath, ['--conditions=@leanvox/source', fileURLToPath(main), ...args], {
    ...(cwd !== undefined && { cwd }),
    env: { OMP_NUM_THREADS: '1', ...process.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const text = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (text.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => {
    text.stderr += chunk.toString()
    // Once only: a second signal ends the process at once, as a second Ctrl-C does.
    if (stopAt !== undefined && !child.killed && text.stderr.includes(stopAt)) child.kill('SIGTERM')
  })
  const ended = new Promise<Ended>((resolve) =>
    child.on(until, (code: number | null, signal: string | null) =>
      setImmediate(() => resolve({ code, signal, ...text })),
    ),
  )
  return { process: child, ended }
}
