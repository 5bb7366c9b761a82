/** The memory pool with an allocator that only counts. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { BufferPool, sizeClass } from './buffer-pool.ts'

function counting({ failures = 0 } = {}) {
  const counts = { allocated: 0, released: 0, failures }
  const allocate = (bytes: number): ArrayBuffer => {
    if (counts.failures-- > 0) throw new RangeError('no memory')
    counts.allocated++
    return new ArrayBuffer(bytes)
  }
  return { counts, allocator: { allocate, release: () => void counts.released++ } }
}

describe('sizeClass', () => {
  it('holds what is asked and wastes at most an eighth, in whole cache lines', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4096, max: 2 ** 40 }), (bytes) => {
        const size = sizeClass(bytes)
        expect(size).toBeGreaterThanOrEqual(bytes)
        expect(size - bytes).toBeLessThanOrEqual(bytes / 8)
        expect(size % 64).toBe(0)
        expect(sizeClass(size)).toBe(size)
      }),
    )
  })
})

describe('BufferPool', () => {
  it('gives memory again once nothing refers to it', () => {
    const pool = new BufferPool(counting().allocator)
    const first = pool.take(2000, 'float32')
    pool.retain(first)
    expect(pool.statistics()).toMatchObject({ usedBytes: 8192, freeBytes: 0, allocations: 1 })
    pool.release(first)
    expect(pool.statistics()).toMatchObject({ usedBytes: 0, freeBytes: 8192 })
    const second = pool.take(1990, 'int32')
    expect(second.buffer).toBe(first.buffer)
    expect(second).toBeInstanceOf(Int32Array)
    expect(second.length).toBe(1990)
    expect(pool.statistics()).toMatchObject({ freeBytes: 0, reuses: 1, allocations: 1 })
  })

  it('keeps memory while any view of it is in use', () => {
    const pool = new BufferPool(counting().allocator)
    const whole = pool.take(4096, 'float32')
    pool.retain(whole)
    pool.retain(whole.subarray(100))
    pool.release(whole)
    expect(pool.take(4096, 'float32').buffer).not.toBe(whole.buffer)
    pool.release(whole.subarray(7))
    expect(pool.take(4096, 'float32').buffer).toBe(whole.buffer)
  })

  it('ignores memory that is not its own, and a release too many', () => {
    const pool = new BufferPool(counting().allocator)
    pool.retain(new Float32Array(5000))
    pool.release(new Float32Array(5000))
    pool.release(undefined)
    const own = pool.take(5000, 'float32')
    pool.retain(own)
    pool.release(own)
    pool.release(own)
    expect(pool.statistics()).toMatchObject({ usedBytes: 0, freeBytes: sizeClass(20000) })
  })

  it('makes small arrays outside the pool', () => {
    const { counts, allocator } = counting()
    expect(new BufferPool(allocator).take(1000, 'float32').length).toBe(1000)
    expect(counts.allocated).toBe(0)
  })

  it('never holds more than its limit, and frees on trim', () => {
    const { counts, allocator } = counting()
    const pool = new BufferPool(allocator, { limitBytes: 100_000 })
    const arrays = [10_000, 12_000, 20_000, 30_000].map((length) => pool.take(length, 'float32'))
    for (const array of arrays) {
      pool.retain(array)
      pool.release(array)
      expect(pool.statistics().freeBytes).toBeLessThanOrEqual(100_000)
    }
    expect(counts.released).toBeGreaterThan(0)
    pool.trim()
    expect(pool.statistics().freeBytes).toBe(0)
    expect(counts.released).toBe(counts.allocated)
  })

  it('frees at once what a lower limit does not allow', () => {
    const pool = new BufferPool(counting().allocator)
    const array = pool.take(10_000, 'float32')
    pool.retain(array)
    pool.release(array)
    pool.setLimit(0)
    expect(pool.statistics()).toMatchObject({ freeBytes: 0, limitBytes: 0 })
    expect(() => pool.setLimit(-1)).toThrow(new RangeError('setLimit: expected bytes of at least 0, got -1'))
  })

  it('frees waiting memory and tries again when the system has none', () => {
    const { counts, allocator } = counting()
    const pool = new BufferPool(allocator)
    const waiting = pool.take(10_000, 'float32')
    pool.retain(waiting)
    pool.release(waiting)
    counts.failures = 1
    expect(pool.take(20_000, 'float32').length).toBe(20_000)
    expect(counts.released).toBe(1)
    counts.failures = 2
    expect(() => pool.take(30_000, 'float32')).toThrow(new RangeError('no memory'))
  })
})
