/**
 * The backend's memory, for programs that watch or bound it.
 *
 * @module
 */
import type { PoolStatistics } from './buffer-pool.ts'
import { isAvailable, native } from './native.ts'
import { currentPool } from './register.ts'

/** The pool as users see it. */
export interface MemoryPool {
  /** Bytes in use and waiting; all 0 without the addon. */
  statistics(): PoolStatistics
  /** Gives waiting memory and what primitives keep back to the system. */
  trim(): void
  /** Bounds the bytes that wait; default a quarter of the machine's memory. */
  setLimit(bytes: number): void
}

const nothing: PoolStatistics = { usedBytes: 0, freeBytes: 0, limitBytes: 0, reuses: 0, allocations: 0 }

/** The memory pool of the backend. */
export const memoryPool: MemoryPool = {
  statistics: () => currentPool()?.statistics() ?? nothing,
  trim: () => {
    currentPool()?.trim()
    if (isAvailable()) native().releaseScratch()
  },
  setLimit: (bytes) => currentPool()?.setLimit(bytes),
}
