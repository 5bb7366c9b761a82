/**
 * Where a DICOM file's bytes come from: memory, or a file read in parts, so that uncompressed pixels go from the disk
 * straight into the volume.
 *
 * @module
 */
import { open, type FileHandle } from 'node:fs/promises'
import { MoreBytesNeeded } from './element-walk.ts'
import { parseFile, type ParsedFile } from './parse-file.ts'
import { refuse } from './refuse.ts'

/** Bytes that can be read in parts. */
export interface ByteSource {
  readonly name: string
  /** Present when all bytes are in memory. */
  readonly bytes?: Uint8Array
}

/** First read of a file's header: most headers are shorter. */
const FIRST_READ = 1 << 14
/** Node reads less than 2 GiB at once. */
const MOST_AT_ONCE = 1 << 30

/** The header of a source, and how many bytes it has. @throws MedicalImageError as parseFile, and not-found, unreadable */
export async function parseSource({ name, bytes }: ByteSource): Promise<{ parsed: ParsedFile; size: number }> {
  if (bytes) return { parsed: parseFile(bytes, { name }), size: bytes.length }
  return withFile(name, async (file) => {
    const { size } = await file.stat()
    for (let length = FIRST_READ; ; length *= 8) {
      const complete = length >= size
      const head = await readPart(file, { start: 0, end: Math.min(length, size) }, name)
      try {
        return { parsed: parseFile(head, { name, complete }), size }
      } catch (error) {
        if (!(error instanceof MoreBytesNeeded) || complete) throw error
      }
    }
  })
}

/** Bytes from `start` to `end` (-1: to the end). In memory these are a view. @throws MedicalImageError (truncated) */
export async function readRange(
  source: ByteSource,
  { start, end }: { start: number; end: number },
): Promise<Uint8Array> {
  if (source.bytes)
    return source.bytes.subarray(start, end < 0 ? undefined : checkedEnd(source.bytes.length, end, source.name))
  return withFile(source.name, async (file) => {
    const { size } = await file.stat()
    return readPart(file, { start, end: end < 0 ? size : checkedEnd(size, end, source.name) }, source.name)
  })
}

/** Fills `target` with the bytes from `start` on. @throws MedicalImageError (truncated) */
export async function readInto(source: ByteSource, start: number, target: Uint8Array): Promise<void> {
  const end = start + target.length
  if (source.bytes) {
    checkedEnd(source.bytes.length, end, source.name)
    target.set(source.bytes.subarray(start, end))
    return
  }
  await withFile(source.name, (file) => fill(file, { start, target }, source.name))
}

function checkedEnd(size: number, end: number, name: string): number {
  if (end <= size) return end
  return refuse(name, { code: 'truncated', expected: `${end} bytes as the header claims`, found: `${size} bytes` })
}

async function readPart(
  file: FileHandle,
  { start, end }: { start: number; end: number },
  name: string,
): Promise<Uint8Array> {
  const target = new Uint8Array(end - start)
  await fill(file, { start, target }, name)
  return target
}

async function fill(
  file: FileHandle,
  { start, target }: { start: number; target: Uint8Array },
  name: string,
): Promise<void> {
  for (let done = 0; done < target.length;) {
    const { bytesRead } = await file.read(target, done, Math.min(target.length - done, MOST_AT_ONCE), start + done)
    if (bytesRead === 0) checkedEnd(start + done, start + target.length, name)
    done += bytesRead
  }
}

async function withFile<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
  let file: FileHandle | undefined
  try {
    file = await open(path)
    return await work(file)
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    const missing = cause.code === 'ENOENT'
    const found = missing ? 'no such file' : String(cause.code)
    return refuse(path, { code: missing ? 'not-found' : 'unreadable', expected: 'a readable file', found }, cause)
  } finally {
    await file?.close()
  }
}

function isSystemError(cause: unknown): cause is NodeJS.ErrnoException {
  return cause instanceof Error && 'syscall' in cause
}
