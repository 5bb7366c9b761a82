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

/** Runs `study <words>`; `onStderr` may stop it early with a signal. */
export function runStudyApp(
  cwd: string,
  words: readonly string[],
  onStderr: (text: string, kill: (signal: NodeJS.Signals) => void) => void = () => undefined,
): Promise<Ended> {
  const child = spawn(process.execPath, ['--conditions=@leanvox/source', MAIN, ...words], {
    cwd,
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
