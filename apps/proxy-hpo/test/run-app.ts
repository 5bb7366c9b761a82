/**
 * The app as a user runs it: a process with arguments, an exit code, two streams, and children of its own.
 *
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs'
import { startProgram, type Ended, type RunningApp } from '@leanvox/app-shell/testing'

const MAIN = new URL('../src/main.ts', import.meta.url)

/** Starts `proxy-hpo <args>` from its sources. */
export function startApp(args: readonly string[]): RunningApp {
  return startProgram(MAIN, args, { until: 'exit' })
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
