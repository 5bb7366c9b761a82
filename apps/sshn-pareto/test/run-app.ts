/**
 * The app as a user runs it: a process with arguments, an exit code and two streams.
 *
 * @module
 */
import { startProgram, type Ended } from '@leanvox/app-shell/testing'

const MAIN = new URL('../src/main.ts', import.meta.url)

/** Runs `sshn-pareto <args>` from its sources to its end, or until `stopAt` appears on standard error (then SIGTERM). */
export function runApp(args: readonly string[], options: { readonly stopAt?: string } = {}): Promise<Ended> {
  return startProgram(MAIN, args, { ...options, until: 'exit' }).ended
}
