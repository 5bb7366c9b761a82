/**
 * Writing a file whole or not at all: a temporary name beside the target, fsync, rename, fsync of the folder.
 *
 * A reader sees the old content or the new content, whatever is killed and whenever. The write is repeated until every
 * byte is taken, because a nearly full disk accepts a part of a write without an error: `write-file-atomic` 8.0.0 makes
 * one call, does not look at the count and renames the shortened file into place, so it is not used here.
 * What a killed process leaves is a file `.<name>.<uuid>.tmp`, which no reader looks at.
 *
 * @module
 */
import { randomUUID } from 'node:crypto'
import * as fs from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { toFileError } from './file-error.ts'

/**
 * Replaces or creates `path` with `data`, atomically and durably.
 *
 * @param data text (written as UTF-8) or bytes; empty data gives an empty file
 * @throws FileError naming path and reason (full disk, no rights, missing folder); the old content then still stands
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  const temporary = temporaryName(path)
  try {
    const file = await fs.promises.open(temporary, 'wx')
    try {
      await file.writeFile(data) // loops until all is written
      await file.sync()
    } finally {
      await file.close()
    }
    await fs.promises.rename(temporary, path)
    syncFolder(dirname(path))
  } catch (error) {
    await fs.promises.rm(temporary, { force: true })
    throw toFileError(error, { path, operation: 'write' })
  }
}

/** As `writeFileAtomic`, blocking. */
export function writeFileAtomicSync(path: string, data: string | Uint8Array): void {
  const temporary = temporaryName(path)
  try {
    fs.writeFileSync(temporary, data, { flag: 'wx', flush: true })
    fs.renameSync(temporary, path)
    syncFolder(dirname(path))
  } catch (error) {
    fs.rmSync(temporary, { force: true })
    throw toFileError(error, { path, operation: 'write' })
  }
}

/** Makes a new or renamed entry of a folder durable; file systems that cannot do it are left alone. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const descriptor = fs.openSync(folder, 'r')
  try {
    fs.fsyncSync(descriptor)
  } catch {
    // Some network file systems refuse fsync on folders; the file itself is already safe.
  } finally {
    fs.closeSync(descriptor)
  }
}

function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`)
}
