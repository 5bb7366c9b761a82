/**
 * Where a study lives, from what stands on the command line: the path of a journal, or a PostgreSQL database.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { rmdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ConfigError } from '@leanvox/app-shell'
import { lockFolder } from '@leanvox/files'
import type { Storage } from '@leanvox/hpo-search'
import { journalStorage } from '@leanvox/hpo-search/node'

/** A storage in use. */
export interface OpenStorage {
  readonly storage: Storage
  close(): Promise<void>
}

/** Opens a storage for reading; a journal must be there. */
export async function openToRead(location: string): Promise<OpenStorage> {
  if (isDatabase(location)) return openInDatabase(location)
  const path = journalPath(location)
  if (!existsSync(path)) throw new ConfigError(`--storage: expected a journal, got ${location}, which does not exist`)
  return { storage: journalStorage(path), close: async () => undefined }
}

/** Opens a storage for one writer: two runs of one journal would mix their records. */
export async function openToWrite(location: string): Promise<OpenStorage> {
  if (isDatabase(location)) return openInDatabase(location)
  const path = journalPath(location)
  // A folder beside the journal, since a lock is a folder's and other journals may lie in this one.
  const folder = `${path}.run`
  const lock = await lockFolder(folder)
  const close = async () => {
    await lock.release()
    await rmdir(folder).catch(() => undefined) // the next run may have it already
  }
  return { storage: journalStorage(path), close }
}

/** Whether the words mean a database and not a file. */
export function isDatabase(location: string): boolean {
  return /^postgres(ql)?:\/\//.test(location)
}

/** Any number of processes may write to a database; which of them serves a study is told by its lease. */
async function openInDatabase(url: string): Promise<OpenStorage> {
  // Only databases need the cluster package, whose clients take longer to load than all else.
  const { openDatabase, postgresStorage } = await import('@leanvox/hpo-cluster')
  const database = await openDatabase(url)
  return { storage: postgresStorage(database), close: () => database.close() }
}

function journalPath(location: string): string {
  if (/^[a-z][a-z+]+:\/\//i.test(location)) {
    throw new ConfigError(`--storage: expected the path of a journal, got ${location}`)
  }
  return resolve(location)
}
