/**
 * What an earlier start of a run has written, where it got that far.
 *
 * @module
 */
import { readJson } from '@leanvox/files'

/** The JSON value of a file as `T`, unchecked, or null where there is no such file. */
export async function readIfThere<T>(path: string): Promise<T | null> {
  return readJson(path).then(
    (value) => value as T,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw error
    },
  )
}
