/**
 * Telling whether the process that wrote a record still lives, although process numbers are used again.
 *
 * A process is its number plus its start time (Linux: field 22 of /proc/<pid>/stat, in clock ticks since boot, with the
 * boot's id). Numbers mean something only inside one pid namespace of one machine, so the place is recorded as well;
 * about another place nothing can be said. Where /proc is missing only the number is compared.
 *
 * @module
 */
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { errorCode } from './file-error.ts'

/** A process, so that it can be recognised later. */
export interface ProcessIdentity {
  readonly pid: number
  /** Boot id and start time, or null where the system does not tell. */
  readonly started: string | null
  /** Machine and pid namespace. */
  readonly place: string
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, started: startOf(process.pid), place: ownPlace() }
}

/** Whether a recorded process still runs; `'unknown'` for one of another machine or container. */
export function livenessOf(identity: ProcessIdentity): 'alive' | 'dead' | 'unknown' {
  if (identity.place !== ownPlace()) return 'unknown'
  if (!processExists(identity.pid)) return 'dead'
  const started = startOf(identity.pid)
  return identity.started !== null && started !== null && started !== identity.started ? 'dead' : 'alive'
}

function ownPlace(): string {
  return `${hostname()} ${attempt(() => readlinkSync('/proc/self/ns/pid')) ?? ''}`.trim()
}

function startOf(pid: number): string | null {
  return attempt(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command name in brackets may itself hold blanks and brackets: count fields after the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const zombie = fields[0] === 'Z' || fields[0] === 'X'
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return zombie ? `${boot} ended` : `${boot} ${fields[19]}`
  })
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}

function attempt<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}
