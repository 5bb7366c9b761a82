/**
 * Has the operating system hand over the pages of a fresh buffer on another thread, a little before they are written.
 *
 * The first touch of a page is a fault, and those of a large volume together take about a quarter of the time of inflating
 * it. Reading zeros from /dev/zero into the (zeroed) buffer takes them on a thread of libuv. Where there is no such file
 * nothing is gained and nothing lost.
 *
 * @module
 */
import { open, type FileHandle } from 'node:fs/promises'

const PIECE = 2 << 20

/** Works through a buffer ahead of whoever fills it from its start. */
export class TouchAhead {
  readonly #buffer: Uint8Array
  readonly #zeros: FileHandle | undefined
  /** Zeros are written from here on, now or later. */
  #from = PIECE
  #least = 0
  #underWay: Promise<void> | undefined

  private constructor(buffer: Uint8Array, zeros: FileHandle | undefined) {
    this.#buffer = buffer
    this.#zeros = zeros
    this.#touch()
  }

  static async open(buffer: Uint8Array): Promise<TouchAhead> {
    const zeros = await open('/dev/zero').catch(() => undefined)
    return new TouchAhead(buffer, zeros)
  }

  /** Waits until no zeros are written before byte `end` any more: to be called before writing there. */
  async clear(end: number): Promise<void> {
    while (end > this.#from && this.#underWay) {
      this.#least = end + PIECE // it was caught up with: leave some pages to the writer
      await this.#underWay
    }
    if (end > this.#from) this.#from = end + PIECE
    this.#touch()
  }

  /** Ends it: nothing is written any more. */
  async close(): Promise<void> {
    this.#from = Infinity
    await this.#underWay
    await this.#zeros?.close()
  }

  #touch(): void {
    const from = this.#from
    if (!this.#zeros || this.#underWay || from >= this.#buffer.length) return
    const length = Math.min(PIECE, this.#buffer.length - from)
    const done = () => {
      this.#underWay = undefined
      this.#from = Math.max(this.#from, this.#least, from + length)
      this.#touch()
    }
    this.#underWay = this.#zeros.read(this.#buffer, from, length, null).then(done, done)
  }
}
