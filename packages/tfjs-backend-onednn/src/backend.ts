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
import { HalfData } from './half-data.ts'
import { native } from './native.ts'

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

  /** A float32 tensor of `bits`, its values in bfloat16, which become the backend's. */
  makeHalfTensorInfo(shape: number[], bits: Uint16Array): TensorInfo {
    // The cpu backend numbers its data with a method that its types call private.
    const dataId = { id: (this as unknown as { nextDataId(): number }).nextDataId() }
    this.pool.retain(bits)
    this.data.set(dataId, new HalfData(bits, (half) => this.#expand(half)))
    return { dataId, shape, dtype: 'float32' }
  }

  /** The bfloat16 values of a tensor that is stored so. */
  halfOf(dataId: DataId): Uint16Array | undefined {
    const data: unknown = this.data.get(dataId)
    return data instanceof HalfData ? data.bits : undefined
  }

  #expand(bits: Uint16Array): Float32Array {
    const values = this.take(bits.length, 'float32')
    this.pool.retain(values)
    native<{ expandHalves(bits: Uint16Array, values: Float32Array): void }>().expandHalves(bits, values)
    return values
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
    const data: unknown = this.data.has(dataId) ? this.data.get(dataId) : undefined
    const held: unknown[] =
      data instanceof HalfData ? data.held() : [(data as { values?: unknown } | undefined)?.values]
    const gone = super.disposeData(dataId, force)
    if (gone) for (const values of held) this.pool.release(values)
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
