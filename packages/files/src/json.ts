/**
 * One JSON value per file, written atomically and read with an error that names the file.
 *
 * @module
 */
import { readFile } from 'node:fs/promises'
import { fileFailure, toFileError } from './file-error.ts'
import { writeFileAtomic } from './write-file-atomic.ts'

/**
 * The value in a JSON file.
 *
 * @throws FileError when the file is missing, unreadable (system code) or not JSON (`'BAD_JSON'`)
 */
export async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw toFileError(error, { path, operation: 'read' })
  })
  try {
    return JSON.parse(text)
  } catch (cause) {
    const reason = `expected JSON, got ${JSON.stringify(text.slice(0, 40))} (${(cause as Error).message})`
    throw fileFailure(reason, { path, operation: 'read', code: 'BAD_JSON', cause })
  }
}

/**
 * Writes a value as indented JSON with a final newline, atomically.
 *
 * @throws TypeError for a value JSON cannot hold (undefined, a function), FileError when the write fails
 */
export async function writeJson(path: string, value: unknown): Promise<void> {
  const text = JSON.stringify(value, null, 2) as string | undefined
  if (text === undefined) throw new TypeError(`writeJson: expected a JSON value, got ${typeof value}`)
  await writeFileAtomic(path, `${text}\n`)
}
