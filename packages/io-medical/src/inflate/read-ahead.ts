/**
 * A part of a file in pieces of equal length, the next of them read while one is worked on.
 *
 * @module
 */

/** Reads bytes of a file at a position into `target`; their number, fewer only at the end. */
export type ReadAt = (target: Uint8Array, position: number) => Promise<number>

/** Pieces in order. */
export interface ReadAhead {
  /** The next piece, valid until the next call; empty at the end. */
  next(): Promise<Uint8Array>
  /** Waits for what is still under way. */
  close(): Promise<void>
}

/** Pieces that are read before they are asked for: on a busy machine one is not enough to go on without waiting. */
const AHEAD = 3

/** Reads from byte `start` to the end. */
export function readAhead(
  readAt: ReadAt,
  { start, pieceBytes }: { readonly start: number; readonly pieceBytes: number },
): ReadAhead {
  let at = start
  const ask = (buffer: Uint8Array) => {
    const piece = readAt(buffer, at).then((length) => buffer.subarray(0, length))
    at += pieceBytes
    piece.catch(() => undefined) // told by next()
    return { buffer, piece }
  }
  const coming = Array.from({ length: AHEAD }, () => ask(new Uint8Array(pieceBytes)))
  let spare: Uint8Array = new Uint8Array(pieceBytes)
  return {
    async next() {
      const [{ buffer, piece }] = coming.splice(0, 1)
      const bytes = await piece
      coming.push(ask(spare))
      spare = buffer
      return bytes
    },
    async close() {
      await Promise.allSettled(coming.map(({ piece }) => piece))
    },
  }
}
