/**
 * The app as a user runs it: a process with arguments, an exit code and two streams.
 *
 * @module
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** How the app ended. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `sshn-pareto <args>` from its sources to its end, or until `stopAt` appears on standard error (then SIGTERM). */
export function runApp(args: readonly string[], { stopAt }: { stopAt?: string } = {}): Promise<Ended> {
  const child = spawn(process.execPath, ['--conditions=@leanvox/source', MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const text = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (text.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => {
    text.stderr += chunk.toString()
    // Once only: a second signal ends the process at once, as a second Ctrl-C does.
    if (stopAt !== undefined && !child.killed && text.stderr.includes(stopAt)) child.kill('SIGTERM')
  })
  return new Promise((resolve) => child.on('exit', (code) => setImmediate(() => resolve({ code, ...text }))))
}
