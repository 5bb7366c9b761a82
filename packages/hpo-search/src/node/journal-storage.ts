/**
 * A study in a file: JSON lines in the format of Optuna 5's JournalFileBackend, so that Optuna opens it.
 *
 * Appends are one write and fsync. A half line left by a killed process is ignored when reading and cut off before the
 * next append; a damaged line in the middle is an error with its number. One process writes at a time (hold `lockFolder`
 * of `@leanvox/files`); Optuna's own lock file is not taken, so do not run Optuna workers on the file at the same time.
 *
 * @module
 */
import { statSync } from 'node:fs'
import { appendLinesSync, FileError, forEachJsonLineSync } from '@leanvox/files'
import { operationFromText, operationToText } from '../operation-text.ts'
import { type Operation } from '../operation.ts'
import { type Storage } from '../storage.ts'

/** A place in the file at the start of a line. */
interface Place {
  readonly line: number
  readonly byte: number
}

/** Places remembered; a reader further back than all of them starts at the beginning. */
const mostPlaces = 256

/**
 * The storage in a journal file, created with the first append. Records are not kept: whoever reads on is given them
 * once, so a journal costs the memory of its studies and no more.
 *
 * @throws (from read and append) FileError naming the path: a damaged line, a file shorter than what was read of it
 * before, a full disk, missing rights
 */
export function journalStorage(path: string): Storage {
  const places: Place[] = [{ line: 0, byte: 0 }]

  function remember(place: Place): void {
    if (place.line <= (places.at(-1) as Place).line) return
    places.push(place)
    if (places.length > mostPlaces) places.splice(1, mostPlaces / 2)
  }

  async function readEach(from: number, handle: (operation: Operation) => void): Promise<void> {
    const start = places.findLast(({ line }) => line <= from) as Place
    checkLength(path, start)
    let line = start.line
    const { nextByte } = forEachJsonLineSync<Operation>(path, {
      from: start,
      parse: operationFromText,
      handle: (operation) => {
        if (line++ >= from) handle(operation)
      },
    })
    remember({ line, byte: nextByte })
  }

  return {
    readEach,
    async read(from) {
      const operations: Operation[] = []
      await readEach(from, (operation) => void operations.push(operation))
      return operations
    },
    async append(operations) {
      appendLinesSync(path, operations.map(operationToText))
    },
  }
}

/** A journal only grows; one that shrank was edited, and what is known of it no longer holds. */
function checkLength(path: string, { line, byte }: Place): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (size >= byte) return
  const reason = `expected at least the ${byte} bytes (${line} lines) that were there before, got ${size}`
  throw new FileError(`read ${path}: ${reason}`, { path, operation: 'read', code: 'SHRUNK' })
}
