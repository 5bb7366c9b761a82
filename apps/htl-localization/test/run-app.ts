/**
 * The app as a user runs it: a process with arguments, an exit code and two streams.
 *
 * @module
 */
import { startProgram, type Ended, type RunningApp } from '@leanvox/app-shell/testing'

const MAIN = new URL('../src/main.ts', import.meta.url)

/** Starts `htl-localization <args>` from its sources. */
export function startApp(args: readonly string[]): RunningApp {
  return startProgram(MAIN, args)
}

/** Runs `htl-localization <args>` to its end. */
export async function runApp(args: readonly string[]): Promise<Ended> {
  return startApp(args).ended
}
