/**
 * A part of a file in pieces of equal length, each read while the one before is worked on.
 *
 * @module
 */
import type { FileHandle } from 'node:fs/promises'

/** Pieces in order. */
export interface ReadAhead {
  /** The next piece, valid until the next call; empty at the end. */
  next(): Promise<Uint8Array>
  /** Waits for what is still under way. */
  close(): Promise<void>
}

/** Reads a file from byte `start` to its end. */
export function readAhead(
  file: FileHandle,
  { start, pieceBytes }: { readonly start: number; readonly pieceBytes: number },
): ReadAhead {
  const buffers = [new Uint8Array(pieceBytes), new Uint8Array(pieceBytes)]
  let at = start
  const read = async () => {
    const [buffer] = buffers
    buffers.reverse()
    const { bytesRead } = await file.read(buffer, 0, pieceBytes, at)
    at += bytesRead
    return buffer.subarray(0, bytesRead)
  }
  let coming = read()
  coming.catch(() => undefined) // told by next()
  return {
    async next() {
      const piece = await coming
      coming = read()
      coming.catch(() => undefined)
      return piece
    },
    async close() {
      await coming.catch(() => undefined)
    },
  }
}
