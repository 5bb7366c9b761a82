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
export interface ReadJsonLinesOptions<T = unknown> {
  /** Where to start: a byte offset at a line start and the number of lines before it (for error messages). */
  readonly from?: { readonly byte: number; readonly line: number }
  /** How to read one line; JSON.parse unless a dialect is wanted. */
  readonly parse?: (line: string) => T
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
  const records: unknown[] = []
  return { records, ...forEachJsonLineSync(path, { ...options, handle: (record) => void records.push(record) }) }
}

/** How to walk over a journal. */
export interface ForEachJsonLineOptions<T = unknown> extends ReadJsonLinesOptions<T> {
  /** Gets the records one after another. What it throws ends the walk and is thrown on. */
  readonly handle: (record: T) => void
}

/**
 * Hands over the records one by one, so that a journal of any length needs little memory; blocking.
 *
 * @throws as `readJsonLines`; the records before a damaged line have then been handed over
 */
export function forEachJsonLineSync<T = unknown>(
  path: string,
  { from = { byte: 0, line: 0 }, parse = JSON.parse as (line: string) => T, handle }: ForEachJsonLineOptions<T>,
): Pick<JsonLines, 'truncatedTail' | 'nextByte'> {
  let line = from.line
  return forEachChunk(path, from.byte, (text) => {
    for (let start = 0; start < text.length;) {
      const end = text.indexOf('\n', start)
      handle(parseLine(text.slice(start, end), { path, line: ++line, parse }))
      start = end + 1
    }
  })
}

function parseLine<T>(
  text: string,
  { path, line, parse }: { path: string; line: number; parse: (line: string) => T },
): T {
  try {
    return parse(text)
  } catch (cause) {
    const reason = `expected JSON in line ${line}, got ${JSON.stringify(text.slice(0, 40))}`
    throw fileFailure(reason, { path, operation: 'read', code: 'BAD_LINE', cause })
  }
}

/** Whole lines are read together, so many bytes at a time; more when a single line is longer. */
const chunkBytes = 1 << 22

function forEachChunk(
  path: string,
  start: number,
  handle: (text: string) => void,
): Pick<JsonLines, 'truncatedTail' | 'nextByte'> {
  let nextByte = start
  for (let size = chunkBytes; ;) {
    const { bytes, isLast } = readFrom(path, { start: nextByte, size })
    const end = bytes.lastIndexOf(0x0a) + 1
    if (end > 0) handle(bytes.toString('utf8', 0, end))
    nextByte += end
    if (isLast) return { truncatedTail: end < bytes.length, nextByte }
    size = end > 0 ? chunkBytes : 2 * size
  }
}

function readFrom(path: string, { start, size }: { start: number; size: number }): { bytes: Buffer; isLast: boolean } {
  try {
    if (!fs.existsSync(path)) return { bytes: Buffer.alloc(0), isLast: true }
    const descriptor = fs.openSync(path, 'r')
    try {
      const left = Math.max(0, fs.fstatSync(descriptor).size - start)
      const bytes = Buffer.alloc(Math.min(size, left))
      return { bytes: bytes.subarray(0, readFully(descriptor, { bytes, start })), isLast: left <= size }
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
