/**
 * Appending whole lines to a journal: one write, fsync, and a repaired tail.
 *
 * A process killed in the middle of a write leaves at most one line without its newline. Readers ignore that line; the
 * next append cuts it off first, so that no record is ever glued to half of another. One process appends at a time
 * (hold `lockFolder`); any number may read.
 *
 * @module
 */
import * as fs from 'node:fs'
import { dirname } from 'node:path'
import { toFileError } from './file-error.ts'
import { syncFolder } from './write-file-atomic.ts'

const newline = 0x0a

/**
 * Appends lines, each without its newline, and waits until they are on the disk. Creates the file when missing.
 *
 * Blocking: a journal record is small, and what follows it must not start before it is safe. When the disk is full the
 * file is cut back to what it held before.
 *
 * @throws TypeError for a line that holds a newline, FileError when the append fails
 */
export function appendLinesSync(path: string, lines: readonly string[]): void {
  const broken = lines.find((line) => line.includes('\n'))
  if (broken !== undefined) {
    throw new TypeError(`appendLines: expected lines without a newline, got ${JSON.stringify(broken)}`)
  }
  if (lines.length === 0) return
  try {
    const isNew = !fs.existsSync(path)
    const descriptor = fs.openSync(path, 'a+')
    try {
      appendDurably(descriptor, `${lines.join('\n')}\n`)
    } finally {
      fs.closeSync(descriptor)
    }
    if (isNew) syncFolder(dirname(path))
  } catch (error) {
    throw toFileError(error, { path, operation: 'append' })
  }
}

/** As `appendLinesSync`, for callers that await their file operations. */
export async function appendLines(path: string, lines: readonly string[]): Promise<void> {
  appendLinesSync(path, lines)
}

/**
 * Cuts off a last line without newline; returns the number of bytes removed (0 for a whole or a missing file).
 *
 * @throws FileError when the file cannot be read or cut
 */
export function repairTail(path: string): number {
  if (!fs.existsSync(path)) return 0
  try {
    const descriptor = fs.openSync(path, 'r+')
    try {
      return cutHalfLine(descriptor)
    } finally {
      fs.closeSync(descriptor)
    }
  } catch (error) {
    throw toFileError(error, { path, operation: 'repair' })
  }
}

function appendDurably(descriptor: number, text: string): void {
  cutHalfLine(descriptor)
  const size = fs.fstatSync(descriptor).size
  try {
    fs.writeFileSync(descriptor, text) // loops until all is written
    fs.fsyncSync(descriptor)
  } catch (error) {
    if (fs.fstatSync(descriptor).isFile()) fs.ftruncateSync(descriptor, size)
    throw error
  }
}

function cutHalfLine(descriptor: number): number {
  const stats = fs.fstatSync(descriptor)
  if (!stats.isFile() || stats.size === 0) return 0
  const keep = endOfLastLine(descriptor, stats.size)
  if (keep < stats.size) fs.ftruncateSync(descriptor, keep)
  return stats.size - keep
}

/** The offset just after the last newline, searched backwards in blocks; 0 when there is none. */
function endOfLastLine(descriptor: number, size: number): number {
  const block = Buffer.alloc(4096)
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - block.length)
    const count = fs.readSync(descriptor, block, 0, end - start, start)
    const found = block.subarray(0, count).lastIndexOf(newline)
    if (found >= 0) return start + found + 1
    end = start
  }
  return 0
}
