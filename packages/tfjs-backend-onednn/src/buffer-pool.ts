/**
 * Memory for tensors: aligned, not zeroed, and used again once nothing refers to it.
 *
 * A training step asks for the same sizes again and again; fresh memory from the system costs a page fault every 4 KiB and
 * a pass of zeros. Sizes are rounded up to one of eight steps between powers of two, so at most an eighth is wasted.
 * A buffer is counted by the tensors that view it: kernels of the cpu backend make tensors that share memory.
 *
 * @module
 */
import { totalmem } from 'node:os'

/** Typed arrays that hold tensors. */
export type TensorArray = Float32Array | Int32Array | Uint8Array | Uint16Array

/** Bytes held, and how often memory was used again. */
export interface PoolStatistics {
  /** Of buffers that tensors use, rounded up to their size class. */
  readonly usedBytes: number
  /** Of buffers waiting to be used again. */
  readonly freeBytes: number
  /** The most that may wait. */
  readonly limitBytes: number
  readonly reuses: number
  readonly allocations: number
}

/** Where memory comes from and goes to. */
export interface Allocator {
  allocate(bytes: number): ArrayBuffer
  release(buffer: ArrayBuffer): void
  /** In builds with a sanitizer: touching the buffer past `bytes` is an error from here on. */
  allowBytes?(buffer: ArrayBuffer, bytes: number): void
}

// Below this many bytes an ordinary typed array is made faster than a pooled one is found.
const smallest = 4096
const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array, bfloat16: Uint16Array } as const

/** A type of tensor that the pool holds. */
export type PooledType = keyof typeof arrays

/** The bytes of the size class that holds `bytes`: eight steps to each power of two. */
export function sizeClass(bytes: number): number {
  const step = 2 ** Math.max(6, Math.floor(Math.log2(bytes)) - 3)
  return Math.ceil(bytes / step) * step
}

/** A bounded pool over `allocator`. */
export class BufferPool {
  readonly #allocator: Allocator
  readonly #references = new WeakMap<ArrayBufferLike, number>()
  readonly #free = new Map<number, ArrayBuffer[]>()
  #limitBytes: number
  #usedBytes = 0
  #freeBytes = 0
  #reuses = 0
  #allocations = 0

  constructor(allocator: Allocator, { limitBytes = totalmem() / 4 }: { limitBytes?: number } = {}) {
    this.#allocator = allocator
    this.#limitBytes = limitBytes
  }

  /** An array of `length` elements of any value. It goes back to the pool once as many `release` as `retain` were called. */
  take<T extends PooledType>(length: number, type: T): InstanceType<(typeof arrays)[T]> {
    const make = arrays[type]
    const bytes = length * make.BYTES_PER_ELEMENT
    if (bytes < smallest) return new make(length) as InstanceType<(typeof arrays)[T]>
    const buffer = this.#reuse(sizeClass(bytes)) ?? this.#allocate(sizeClass(bytes))
    this.#references.set(buffer, 0)
    this.#allocator.allowBytes?.(buffer, bytes)
    return new make(buffer, 0, length) as InstanceType<(typeof arrays)[T]>
  }

  /** Counts one more user of the memory of `values`; of memory that is not the pool's, does nothing. */
  retain(values: unknown): void {
    const buffer = bufferOf(values)
    const count = buffer && this.#references.get(buffer)
    if (buffer === undefined || count === undefined) return
    if (count === 0) this.#usedBytes += buffer.byteLength
    this.#references.set(buffer, count + 1)
  }

  /** Counts one user less; at none the memory is free to be used again. */
  release(values: unknown): void {
    const buffer = bufferOf(values)
    const count = buffer && this.#references.get(buffer)
    if (buffer === undefined || count === undefined || count === 0) return
    this.#references.set(buffer, count - 1)
    if (count > 1) return
    this.#references.delete(buffer)
    this.#usedBytes -= buffer.byteLength
    this.#keep(buffer as ArrayBuffer)
  }

  /** Frees waiting memory until at most `keepBytes` wait. */
  trim(keepBytes = 0): void {
    for (const [size, buffers] of this.#free) {
      while (buffers.length > 0 && this.#freeBytes > keepBytes) {
        this.#freeBytes -= size
        this.#allocator.release(buffers.pop() as ArrayBuffer)
      }
      if (buffers.length === 0) this.#free.delete(size)
    }
  }

  /** Bounds the memory that waits; what is over it now is freed. */
  setLimit(limitBytes: number): void {
    if (!(limitBytes >= 0)) throw new RangeError(`setLimit: expected bytes of at least 0, got ${limitBytes}`)
    this.#limitBytes = limitBytes
    this.trim(limitBytes)
  }

  statistics(): PoolStatistics {
    return {
      usedBytes: this.#usedBytes,
      freeBytes: this.#freeBytes,
      limitBytes: this.#limitBytes,
      reuses: this.#reuses,
      allocations: this.#allocations,
    }
  }

  #reuse(size: number): ArrayBuffer | undefined {
    const buffer = this.#free.get(size)?.pop()
    if (buffer === undefined) return undefined
    this.#freeBytes -= size
    this.#reuses++
    return buffer
  }

  #allocate(size: number): ArrayBuffer {
    this.#allocations++
    try {
      return this.#allocator.allocate(size)
    } catch {
      // Other sizes may be waiting; without them the system may have enough.
      this.trim()
      return this.#allocator.allocate(size)
    }
  }

  #keep(buffer: ArrayBuffer): void {
    const size = buffer.byteLength
    if (this.#freeBytes + size > this.#limitBytes) this.trim(Math.max(0, this.#limitBytes - size))
    if (size > this.#limitBytes) {
      this.#allocator.release(buffer)
      return
    }
    this.#allocator.allowBytes?.(buffer, 0)
    const waiting = this.#free.get(size)
    if (waiting === undefined) this.#free.set(size, [buffer])
    else waiting.push(buffer)
    this.#freeBytes += size
  }
}

function bufferOf(values: unknown): ArrayBufferLike | undefined {
  return ArrayBuffer.isView(values) ? values.buffer : undefined
}
