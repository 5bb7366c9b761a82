/**
 * Reading journals of JSON lines, whole or from where the last read stopped.
 *
 * Only the last line may be damaged: without its newline it is the trace of a killed write and is left out. A line that
 * has its newline but is not JSON was edited or hit by the disk, and is an error with its number.
 *
 * @module
 */
import * as fs from 'node:fs'
import { fileFailure, toFileError } from './file-error.ts'

/** What a journal holds. */
export interface JsonLines {
  readonly records: readonly unknown[]
  /** True when a last line without newline was left out. */
  readonly truncatedTail: boolean
  /** Byte offset after the last whole line: `from.byte` of the next read. */
  readonly nextByte: number
}

/** How to read a journal. */
export interface ReadJsonLinesOptions {
  /** Where to start: a byte offset at a line start and the number of lines before it (for error messages). */
  readonly from?: { readonly byte: number; readonly line: number }
  /** How to read one line; JSON.parse unless a dialect is wanted. */
  readonly parse?: (line: string) => unknown
}

/**
 * The records of a JSON-lines file; a missing file holds none.
 *
 * @throws FileError (`'BAD_LINE'`) with the number, from 1, of a damaged line that is not the last half one, or when the
 * file cannot be read
 */
export async function readJsonLines(path: string, options: ReadJsonLinesOptions = {}): Promise<JsonLines> {
  return readJsonLinesSync(path, options)
}

/** As `readJsonLines`, blocking. */
export function readJsonLinesSync(path: string, options: ReadJsonLinesOptions = {}): JsonLines {
  const { from = { byte: 0, line: 0 }, parse = JSON.parse as (line: string) => unknown } = options
  const bytes = readFrom(path, from.byte)
  const end = bytes.lastIndexOf(0x0a) + 1
  const lines = bytes.toString('utf8', 0, end).split('\n')
  lines.pop() // the empty text after the last newline
  const records = lines.map((line, index) => {
    try {
      return parse(line)
    } catch (cause) {
      const reason = `expected JSON in line ${from.line + index + 1}, got ${JSON.stringify(line.slice(0, 40))}`
      throw fileFailure(reason, { path, operation: 'read', code: 'BAD_LINE', cause })
    }
  })
  return { records, truncatedTail: end < bytes.length, nextByte: from.byte + end }
}

function readFrom(path: string, start: number): Buffer {
  try {
    if (!fs.existsSync(path)) return Buffer.alloc(0)
    const descriptor = fs.openSync(path, 'r')
    try {
      const bytes = Buffer.alloc(Math.max(0, fs.fstatSync(descriptor).size - start))
      return bytes.subarray(0, readFully(descriptor, { bytes, start }))
    } finally {
      fs.closeSync(descriptor)
    }
  } catch (error) {
    throw toFileError(error, { path, operation: 'read' })
  }
}

function readFully(descriptor: number, { bytes, start }: { bytes: Buffer; start: number }): number {
  let filled = 0
  while (filled < bytes.length) {
    const count = fs.readSync(descriptor, bytes, filled, bytes.length - filled, start + filled)
    if (count === 0) break
    filled += count
  }
  return filled
}
