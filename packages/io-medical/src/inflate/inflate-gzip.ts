/**
 * A large gzip file into one buffer, by the WebAssembly inflater: faster than zlib, in this thread.
 *
 * It gives up on everything that is not a sound file of one member of exactly the expected length: the caller then
 * has zlib read the file from its start, which tells what is wrong. So every refusal, and every odd but valid file, is
 * zlib's. The thread is given back every few milliseconds. One file at a time is read so: zlib reads others beside it, in
 * threads of libuv.
 *
 * @module
 */
import { setImmediate } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import { gzipTrailer, streamStart, TRAILER_BYTES } from './gzip-frame.ts'
import { END_MARGIN, Inflater, inflateModule, STEP } from './inflater.ts'
import { readAhead, type ReadAhead, type ReadAt } from './read-ahead.ts'
import { TouchAhead } from './touch-ahead.ts'

/** What is known of a file. */
export interface GzipFile {
  /** First byte of the gzip stream. */
  readonly start: number
  /** Length of the file. */
  readonly end: number
  /** Bytes of content it must have. */
  readonly length: number
  /** Room of the result's buffer, at least `length`. */
  readonly room: number
}

const WORTHWHILE = 4 << 20
const PIECE = 1 << 18
const HEAD_BYTES = 4096
/** Output after which other work of this thread is let in. */
const TURN = 4 << 20

let busy = false

/**
 * The content in a buffer of its own; undefined when zlib has to be asked.
 *
 * @param worthwhile content below which zlib is as fast
 */
export async function inflateGzip(
  readAt: ReadAt,
  place: GzipFile,
  worthwhile = WORTHWHILE,
): Promise<Uint8Array | undefined> {
  if (busy || place.length < worthwhile) return undefined
  busy = true
  try {
    return await inflateSound(readAt, place)
  } finally {
    busy = false
  }
}

async function inflateSound(readAt: ReadAt, { start, end, length, room }: GzipFile): Promise<Uint8Array | undefined> {
  const from = streamStart(await bytesAt(readAt, start, HEAD_BYTES))
  const tail = await bytesAt(readAt, end - TRAILER_BYTES, TRAILER_BYTES)
  if (from === undefined || tail.length < TRAILER_BYTES) return undefined
  const trailer = gzipTrailer(tail)
  if (trailer.length !== length % 2 ** 32) return undefined
  const module = await inflateModule().catch(() => undefined)
  if (!module) return undefined
  const inflater = new Inflater(module, { input: PIECE, output: PIECE })
  const buffer = new ArrayBuffer(room)
  const content = new Uint8Array(buffer, 0, length)
  const touch = await TouchAhead.open(new Uint8Array(buffer))
  const source = readAhead(readAt, { start: start + from, pieceBytes: PIECE })
  let sound = false
  try {
    const sink = new Sink(content, touch)
    sound = (await run({ inflater, source, sink })) && sink.length === length && sink.crc === trailer.crc
  } finally {
    await touch.close()
    await source.close()
    if (!sound) buffer.transfer(0) // lets go of the memory at once: zlib is about to take as much
  }
  return sound ? content : undefined
}

async function bytesAt(readAt: ReadAt, position: number, length: number): Promise<Uint8Array> {
  const target = new Uint8Array(length)
  return target.subarray(0, await readAt(target, Math.max(0, position)))
}

/** Where the content goes. */
class Sink {
  readonly #target: Uint8Array
  readonly #touch: TouchAhead
  #turn = TURN
  length = 0
  crc = 0

  constructor(target: Uint8Array, touch: TouchAhead) {
    this.#target = target
    this.#touch = touch
  }

  /** False when there is more than there should be. */
  async add(piece: Uint8Array): Promise<boolean> {
    const end = this.length + piece.length
    if (end > this.#target.length) return false
    await this.#touch.clear(end)
    this.#target.set(piece, this.length)
    this.crc = crc32(piece, this.crc)
    this.length = end
    if (end > this.#turn) await this.#letOthersIn()
    return true
  }

  async #letOthersIn(): Promise<void> {
    this.#turn = this.length + TURN
    await setImmediate()
  }
}

interface Run {
  readonly inflater: Inflater
  readonly source: ReadAhead
  readonly sink: Sink
}

/** Whether the stream was sound and the file ends with its trailer. */
async function run({ inflater, source, sink }: Run): Promise<boolean> {
  let ended = false
  for (;;) {
    const step = inflater.step()
    if (step === STEP.bad || (step === STEP.needInput && ended)) return false
    if (step === STEP.needInput) {
      const piece = await source.next()
      ended = piece.length === 0
      if (!inflater.give(piece, ended)) return false
    } else if (step !== STEP.blockEnd && !(await sink.add(inflater.take()))) return false
    if (step === STEP.end) return onlyTrailerLeft({ inflater, source, sink }, ended)
  }
}

async function onlyTrailerLeft({ inflater, source }: Run, ended: boolean): Promise<boolean> {
  let left = inflater.left - (ended ? END_MARGIN : 0)
  for (let known = ended; !known;) {
    const { length } = await source.next()
    left += length
    known = length === 0 || left > TRAILER_BYTES
  }
  return left === TRAILER_BYTES
}
