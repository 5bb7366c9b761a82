/**
 * One process at a time in a folder, also after `kill -9` and with recycled process numbers.
 *
 * The lock is a chain of small files. `.lock` names its owner; when that process is dead, the next owner does not delete
 * the file (two processes doing so would remove each other's lock) but creates `.lock-<id of the dead record>`, which
 * only one of them can. The owner is whoever stands at the end of the chain. Releasing removes the head first: that
 * frees the folder, and whoever linked itself to a chain that just lost its head sees so and starts again.
 *
 * @module
 */
import { randomUUID } from 'node:crypto'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { errorCode, FileError, fileFailure, toFileError } from './file-error.ts'
import { livenessOf, ownIdentity, type ProcessIdentity } from './process-identity.ts'

/** A held lock. */
export interface FolderLock {
  /** Frees the folder; harmless when called twice. */
  release(): Promise<void>
}

interface LockRecord extends ProcessIdentity {
  readonly id: string
  /** ISO time at which the owner took the folder. */
  readonly since: string
}

/**
 * Takes the folder (created when missing) for this process.
 *
 * @throws FileError (`'IN_USE'`) `<folder> is in use by process <pid> since <iso>` while another process, or this one,
 * holds it; a holder on another machine or in another container counts as alive
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const record: LockRecord = { id: randomUUID(), ...ownIdentity(), since: new Date().toISOString() }
  try {
    fs.mkdirSync(folder, { recursive: true })
    while (!tryToTake(folder, record)) continue
  } catch (error) {
    throw toFileError(error, { path: folder, operation: 'lock' })
  }
  return { release: async () => release(folder, record) }
}

/** True when taken, false when the chain changed under our hands and must be read again. */
function tryToTake(folder: string, record: LockRecord): boolean {
  const chain = readChain(folder)
  const holder = chain.at(-1)
  if (holder !== undefined && livenessOf(holder) !== 'dead') throw inUse(folder, holder)
  const path = join(folder, nameAfter(holder))
  if (!createExclusively(path, record)) return false
  const stillLinked = readChain(folder).at(-1)?.id === record.id
  if (!stillLinked) fs.rmSync(path, { force: true })
  return stillLinked
}

function readChain(folder: string): LockRecord[] {
  const chain: LockRecord[] = []
  for (;;) {
    const record = readRecord(join(folder, nameAfter(chain.at(-1))))
    if (record === null) return chain
    chain.push(record)
  }
}

function nameAfter(previous: LockRecord | undefined): string {
  return previous === undefined ? '.lock' : `.lock-${previous.id}`
}

function readRecord(path: string): LockRecord | null {
  try {
    return JSON.parse(fs.readFileSync(path, 'utf8')) as LockRecord
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    if (!(error instanceof SyntaxError)) throw error
    const reason = 'expected a lock record, got a damaged file; delete it when no process uses the folder'
    throw fileFailure(reason, { path, operation: 'lock', code: 'IN_USE', cause: error })
  }
}

/** Creates the file with its content in one step (a hard link to a finished file); false when it exists. */
function createExclusively(path: string, record: LockRecord): boolean {
  const draft = `${path}.${record.id}.tmp`
  try {
    fs.writeFileSync(draft, JSON.stringify(record), { flag: 'wx', flush: true })
    fs.linkSync(draft, path)
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  } finally {
    fs.rmSync(draft, { force: true })
  }
}

function release(folder: string, record: LockRecord): void {
  const chain = readChain(folder)
  if (chain.at(-1)?.id !== record.id) return
  const names = [undefined, ...chain.slice(0, -1)].map(nameAfter)
  for (const name of names) fs.rmSync(join(folder, name), { force: true })
}

function inUse(folder: string, holder: LockRecord): FileError {
  const where = livenessOf(holder) === 'unknown' ? ` on ${holder.place}` : ''
  const message = `${folder} is in use by process ${holder.pid}${where} since ${holder.since}`
  return new FileError(message, { path: folder, operation: 'lock', code: 'IN_USE' })
}
