/**
 * A study in a file: JSON lines in the format of Optuna 5's JournalFileBackend, so that Optuna opens it.
 *
 * Appends are one write and fsync. A half line left by a killed process is ignored when reading and cut off before the
 * next append; a damaged line in the middle is an error with its number. One process writes at a time (hold `lockFolder`
 * of `@leanvox/files`); Optuna's own lock file is not taken, so do not run Optuna workers on the file at the same time.
 *
 * @module
 */
import { appendLinesSync, readJsonLinesSync } from '@leanvox/files'
import { type Operation } from '../operation.ts'
import { parsePythonJson, stringifyPythonJson } from '../python-json.ts'
import { type Storage } from '../storage.ts'

/**
 * The storage in a journal file, created with the first append.
 *
 * @throws (from read and append) FileError naming the path: a damaged line, a full disk, missing rights
 */
export function journalStorage(path: string): Storage {
  const log: Operation[] = []
  let byte = 0

  function readOn(): void {
    const from = { byte, line: log.length }
    const { records, nextByte } = readJsonLinesSync(path, { from, parse: parseOperation })
    log.push(...(records as Operation[]))
    byte = nextByte
  }

  return {
    async read(from) {
      readOn()
      return log.slice(from)
    },
    async append(operations) {
      appendLinesSync(path, operations.map(stringifyPythonJson))
    },
  }
}

function parseOperation(line: string): unknown {
  const record = parsePythonJson(line)
  if (typeof record === 'object' && record !== null && 'op_code' in record) return record
  throw new SyntaxError('no op_code')
}
