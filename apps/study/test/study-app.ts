/**
 * The app as a user runs it, in a folder of its own.
 *
 * @module
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** Gets all that was written so far; may stop the app early with a signal. */
  readonly onStderr?: (text: string, kill: (signal: NodeJS.Signals) => void) => void
  /** Beside the variables that are set. */
  readonly env?: Readonly<Record<string, string>>
}

/** Runs `study <words>`. */
export function runStudyApp(
  cwd: string,
  words: readonly string[],
  { onStderr = () => undefined, env = {} }: RunOptions = {},
): Promise<Ended> {
  const child = spawn(process.execPath, ['--conditions=@leanvox/source', MAIN, ...words], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const text = { stdout: '', stderr: '' }
  child.stdout.on('data', (data: Buffer) => (text.stdout += String(data)))
  child.stderr.on('data', (data: Buffer) => {
    text.stderr += String(data)
    onStderr(text.stderr, (signal) => child.kill(signal))
  })
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...text })))
}
