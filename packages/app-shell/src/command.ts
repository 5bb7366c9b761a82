/**
 * The outermost frame of a command: what it prints, how it ends, and the options that every app has.
 *
 * @module
 */
import { Option } from 'commander'

/** One line on standard output. */
export function printLine(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** The command as a user would type it in a checkout, without the checkout's path. */
export function commandLine(app: string): string {
  return `npm run ${app} -- ${process.argv.slice(2).join(' ')}`
}

/** Waits for the command; an error becomes one line `<app>: <message>` on standard error and exit code 1. */
export async function endCommand(app: string, command: Promise<unknown>): Promise<void> {
  try {
    await command
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    // Some messages begin with the name of the app already.
    process.stderr.write(`${app}: ${message.startsWith(`${app}: `) ? message.slice(app.length + 2) : message}\n`)
    process.exitCode ||= 1
  }
}

/** `--backend <name>`: what `startEngine` of `@leanvox/engine` knows. */
export function backendOption(): Option {
  const names = ['auto', 'tfjs-node-gpu', 'onednn', 'tfjs-node', 'wasm', 'cpu']
  return new Option('--backend <name>', 'compute backend').choices(names)
}
