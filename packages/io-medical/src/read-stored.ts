/**
 * The voxels of a file into one buffer: read in place from a plain file, inflated in place from a compressed one.
 *
 * zlib is given room for everything at once, so that what it hands out, piece by piece, lies in one buffer side by side;
 * where that does not hold (over 2 GiB, or another zlib), pieces are copied. The compressed file is never in memory as a whole.
 *
 * @module
 */
import { open, type FileHandle } from 'node:fs/promises'
import { createUnzip, type Unzip } from 'node:zlib'
import { inflateGzip } from './inflate/inflate-gzip.ts'
import type { ReadAt } from './inflate/read-ahead.ts'
import { assertPossible, claim, gzipError, roomFor } from './gunzip.ts'
import { errorOf, refuserOf, type Origin } from './origin.ts'
import { systemError } from './read-bytes.ts'
import { MedicalImageError } from './errors.ts'

/** Which bytes of a file are its voxels. */
export interface StoredPlace {
  /** Byte of the file where what follows begins. */
  readonly start: number
  /** Whether that is a gzip or zlib stream. */
  readonly packed: boolean
  /** Bytes, decompressed, before the voxels. */
  readonly skip: number
  /** Bytes of the voxels. The file must end behind them. */
  readonly length: number
  /** Room wanted in the buffer of the voxels. */
  readonly capacity?: number
}

/** What a file holds. */
export interface Stored {
  /** The skipped bytes. */
  readonly before: Uint8Array
  /** In a buffer that nobody else has. */
  readonly voxels: Uint8Array
}

const CHUNK = 1 << 20

/** The first bytes of a file; fewer when it has no more. */
export async function readHead(length: number, origin: Origin): Promise<Uint8Array> {
  return withFile(origin, (file) => fill(file, new Uint8Array(length), 0))
}

/** Bytes of a file. */
export async function fileSize(origin: Origin): Promise<number> {
  return withFile(origin, async (file) => (await file.stat()).size)
}

/**
 * Voxels, and what lies before them.
 *
 * @throws MedicalImageError (not-found, unreadable, truncated, too-long, bad-gzip)
 */
export async function readStored(place: StoredPlace, origin: Origin): Promise<Stored> {
  return withFile(origin, async (file) => {
    const size = (await file.stat()).size - place.start
    const all = place.packed ? await inflate(file, place, { size, origin }) : await plain(file, place, { size, origin })
    return { before: all.subarray(0, place.skip), voxels: all.subarray(place.skip) }
  })
}

async function plain(
  file: FileHandle,
  { start, skip, length, capacity = 0 }: StoredPlace,
  { size, origin }: { readonly size: number; readonly origin: Origin },
): Promise<Uint8Array> {
  const wanted = skip + length
  const refuse = refuserOf(origin)
  if (size < wanted) refuse('truncated', claim(wanted), `${Math.max(0, size)} bytes`)
  if (size > wanted) refuse('too-long', claim(wanted), `${size} bytes`)
  const room = new Uint8Array(Math.max(wanted, capacity))
  const bytes = await fill(file, room.subarray(0, wanted), start)
  return bytes.length === wanted ? bytes : refuse('truncated', claim(wanted), `${bytes.length} bytes`)
}

async function fill(file: FileHandle, target: Uint8Array, start: number): Promise<Uint8Array> {
  let filled = 0
  while (filled < target.length) {
    const length = Math.min(target.length - filled, 1 << 30)
    const { bytesRead } = await file.read(target, filled, length, start + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return target.subarray(0, filled)
}

async function inflate(
  file: FileHandle,
  place: StoredPlace,
  { size, origin }: { readonly size: number; readonly origin: Origin },
): Promise<Uint8Array> {
  const length = place.skip + place.length
  assertPossible(length, size, origin)
  const room = Math.max(length, place.capacity ?? 0)
  const fast = await inflateGzip(readerOf(file), { start: place.start, end: place.start + size, length, room })
  if (fast) return fast
  const unzip = createUnzip({ chunkSize: roomFor({ length, capacity: place.capacity ?? 0 }) })
  const gathered = new Gathered(length)
  try {
    await new Promise<void>((resolve, reject) => {
      unzip.on('data', (piece: Buffer) => {
        if (gathered.add(piece)) return
        unzip.destroy(errorOf(origin)('too-long', claim(length), 'more'))
      })
      unzip.on('end', resolve).on('error', reject)
      pump(file, place.start, unzip).catch(reject)
    })
  } catch (cause) {
    throw cause instanceof MedicalImageError ? cause : inflationError(cause, length, origin)
  } finally {
    unzip.destroy()
  }
  const bytes = gathered.bytes()
  return bytes.length === length ? bytes : refuserOf(origin)('truncated', claim(length), `${bytes.length} bytes`)
}

function readerOf(file: FileHandle): ReadAt {
  return async (target, position) => (await fill(file, target, position)).length
}

/** Hands the file over piece by piece, always from the same buffer. */
async function pump(file: FileHandle, start: number, unzip: Unzip): Promise<void> {
  const buffer = new Uint8Array(CHUNK)
  for (let at = start; ;) {
    const { bytesRead } = await file.read(buffer, 0, CHUNK, at)
    if (bytesRead === 0) break
    at += bytesRead
    await new Promise<void>((resolve, reject) => {
      unzip.write(buffer.subarray(0, bytesRead), (error) => (error ? reject(error) : resolve()))
    })
  }
  unzip.end()
}

function inflationError(cause: unknown, length: number, origin: Origin): MedicalImageError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return code.startsWith('Z_') ? gzipError(cause, claim(length), origin) : systemError(cause, origin)
}

/** Pieces that lie side by side in one buffer stay there; others are copied together. */
class Gathered {
  readonly #length: number
  #first: Uint8Array | undefined
  #copy: Uint8Array | undefined
  #filled = 0

  constructor(length: number) {
    this.#length = length
  }

  /** False when there is more than the length. */
  add(piece: Uint8Array): boolean {
    if (this.#filled + piece.length > this.#length) return false
    this.#first ??= piece
    const { buffer, byteOffset } = this.#first
    const beside = piece.buffer === buffer && piece.byteOffset === byteOffset + this.#filled
    if (!this.#copy && !(beside && buffer.byteLength > this.#length && this.#length >= Buffer.poolSize)) {
      this.#copy = new Uint8Array(this.#length)
      this.#copy.set(new Uint8Array(buffer, byteOffset, this.#filled))
    }
    this.#copy?.set(piece, this.#filled)
    this.#filled += piece.length
    return true
  }

  bytes(): Uint8Array {
    if (this.#copy) return this.#copy.subarray(0, this.#filled)
    if (!this.#first) return new Uint8Array(0)
    return new Uint8Array(this.#first.buffer, this.#first.byteOffset, this.#filled)
  }
}

async function withFile<T>(origin: Origin, use: (file: FileHandle) => Promise<T>): Promise<T> {
  let file: FileHandle | undefined
  try {
    file = await open(origin.name)
    return await use(file)
  } catch (cause) {
    throw cause instanceof MedicalImageError ? cause : systemError(cause, origin)
  } finally {
    await file?.close()
  }
}
