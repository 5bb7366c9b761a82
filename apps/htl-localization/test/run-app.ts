/**
 * The app as a user runs it: a process with arguments, an exit code and two streams.
 *
 * @module
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** How the app ended. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A started app; `ended` resolves when its streams are closed. */
export interface RunningApp {
  readonly process: ChildProcess
  readonly ended: Promise<Ended>
}

/** Starts `htl-localization <args>` from its sources. */
export function startApp(args: readonly string[]): RunningApp {
  const child = spawn(process.execPath, ['--conditions=@leanvox/source', MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const text = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (text.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (text.stderr += chunk.toString()))
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, ...text })))
  return { process: child, ended }
}

/** Runs `htl-localization <args>` to its end. */
export async function runApp(args: readonly string[]): Promise<Ended> {
  return startApp(args).ended
}
