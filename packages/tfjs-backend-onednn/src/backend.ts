/**
 * The backend: the cpu backend's tensors, in pooled memory.
 *
 * It extends `MathBackendCPU`, so that every kernel of the cpu backend runs on it unchanged and native kernels replace
 * them one by one. Tensors that share memory (a slice of a contiguous range, a complex tensor's parts) keep it until the
 * last of them is disposed of. What leaves the backend is a copy, because the memory is used again.
 *
 * @module
 */
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu'
import type { BackendValues, DataType, TensorInfo } from '@tensorflow/tfjs-core'

import type { BufferPool, PooledType } from './buffer-pool.ts'

/** What tfjs calls a handle to tensor data. */
export type DataId = object

/** Memory in use, by tensors of the pool's size and above, and waiting. */
export interface OnednnMemory {
  readonly unreliable: boolean
  readonly reasons: string[]
  readonly usedPoolBytes: number
  readonly freePoolBytes: number
}

/** The backend registered as 'onednn'. */
export class OnednnBackend extends MathBackendCPU {
  readonly pool: BufferPool

  constructor(pool: BufferPool) {
    super()
    this.pool = pool
    // The cpu backend advises a faster one on its first use; this is it.
    ;(this as unknown as { firstUse: boolean }).firstUse = false
  }

  /** Uninitialised memory for a tensor of `length` elements. */
  take<T extends PooledType>(length: number, type: T) {
    return this.pool.take(length, type)
  }

  override write(values: BackendValues, shape: number[], dtype: DataType): DataId {
    this.pool.retain(values)
    return super.write(values, shape, dtype)
  }

  override move(
    dataId: DataId,
    values: BackendValues,
    ...rest: [shape: number[], dtype: DataType, refCount: number]
  ): void {
    this.pool.retain(values)
    super.move(dataId, values, ...rest)
  }

  override disposeData(dataId: DataId, force = false): boolean {
    const values: unknown = this.data.has(dataId) ? this.data.get(dataId).values : undefined
    const gone = super.disposeData(dataId, force)
    if (gone) this.pool.release(values)
    return gone
  }

  override readSync(dataId: DataId): BackendValues {
    const values = super.readSync(dataId)
    return ArrayBuffer.isView(values) ? values.slice() : values
  }

  override disposeIntermediateTensorInfo(info: TensorInfo): void {
    this.disposeData(info.dataId)
  }

  override memory(): OnednnMemory {
    const { usedBytes, freeBytes } = this.pool.statistics()
    return { unreliable: false, reasons: [], usedPoolBytes: usedBytes, freePoolBytes: freeBytes }
  }

  override dispose(): void {
    this.pool.trim()
  }
}
