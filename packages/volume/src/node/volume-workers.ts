/**
 * Distance transform and resampling on several threads of Node, with the results of the functions of the same name.
 *
 * Voxels are shared, not sent: an input that is not in shared memory is copied there once, and results come back in
 * shared memory. Slices are dealt out in equal parts; the distance transform's second pass deals out rows.
 *
 * @module
 */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { assertLength, assertShape, assertSpacing } from '../checks.ts'
import type { Mask } from '../components.ts'
import { resampleGrid, type ResampleSettings, type ResampleTarget } from '../resample.ts'
import { allocateLike } from '../typed-array.ts'
import type { Spacing, Volume, VoxelData } from '../types.ts'
import type { VolumeTask } from './volume-tasks.ts'

/** Threads that wait for work until they are closed. */
export interface VolumeWorkers {
  readonly threads: number
  /** As `distanceTransform`. */
  distanceTransform(
    mask: Mask & { readonly spacing?: Spacing },
    options?: { readonly spacing?: Spacing },
  ): Promise<Float64Array>
  /** As `resample`. */
  resample(volume: Volume, options: ResampleTarget & ResampleSettings): Promise<Volume>
  /** Ends the threads; what is still under way is rejected. */
  close(): Promise<void>
}

/**
 * Starts threads, by default as many as this process may use at once. They keep the process alive until closed.
 *
 * @throws RangeError unless `threads` is a whole number of at least 1
 */
export function volumeWorkers({ threads = availableParallelism() }: { readonly threads?: number } = {}): VolumeWorkers {
  if (!Number.isSafeInteger(threads) || threads < 1) {
    throw new RangeError(`volumeWorkers: expected at least 1 thread, got ${threads}`)
  }
  const team = Array.from({ length: threads }, () => openWorker())
  /** Parts of [0, count), one a thread. */
  const share = (count: number, taskOf: (range: { from: number; to: number }) => VolumeTask) =>
    Promise.all(
      team.map(async (worker, i) => {
        const range = { from: Math.floor((i * count) / threads), to: Math.floor(((i + 1) * count) / threads) }
        if (range.from < range.to) await worker.send(taskOf(range))
      }),
    )
  return {
    threads,
    async distanceTransform(mask, { spacing = mask.spacing ?? [1, 1, 1] } = {}) {
      const { shape } = mask
      assertShape(shape, 'distanceTransform')
      assertLength(mask.data, shape, 'distanceTransform')
      assertSpacing(spacing, 'distanceTransform')
      const squares = new Float64Array(new SharedArrayBuffer(8 * mask.data.length))
      const field = { squares, shape, spacing }
      const data = shared(ArrayBuffer.isView(mask.data) ? (mask.data as VoxelData) : Float64Array.from(mask.data))
      await share(shape[0], (range) => ({ kind: 'slices', data, field, range }))
      await share(shape[1], (range) => ({ kind: 'across', field, range }))
      return squares
    },
    async resample(volume, options) {
      const grid = resampleGrid(volume, options)
      const { interpolation = 'linear', outside } = options
      const settings = outside === undefined ? { interpolation } : { interpolation, outside }
      const keepsType = interpolation === 'nearest' || interpolation === 'label'
      const kind: VoxelData = keepsType ? volume.data : new Float32Array()
      const out = shared(allocateLike(kind, grid.shape[0] * grid.shape[1] * grid.shape[2]))
      const input = { ...volume, data: shared(volume.data) }
      await share(grid.shape[0], (range) => ({ kind: 'resample', volume: input, grid, settings, out, range }))
      return { data: out, shape: grid.shape, spacing: grid.spacing, affine: grid.affine }
    },
    async close() {
      await Promise.all(team.map((worker) => worker.close()))
    },
  }
}

/** The array itself if its memory is shared, else a copy that is. */
function shared(data: VoxelData): VoxelData {
  if (data.buffer instanceof SharedArrayBuffer) return data
  const Kind = data.constructor as new (buffer: SharedArrayBuffer) => VoxelData
  const copy = new Kind(new SharedArrayBuffer(data.byteLength))
  copy.set(data)
  return copy
}

interface OpenWorker {
  send(task: VolumeTask): Promise<void>
  close(): Promise<void>
}

function openWorker(): OpenWorker {
  // The file lies beside this one, as source or compiled.
  const name = import.meta.url.endsWith('.ts') ? './volume-worker.ts' : './volume-worker.js'
  const worker = new Worker(new URL(name, import.meta.url), { execArgv: [] })
  const waiting = new Map<number, PromiseWithResolvers<void>>()
  let next = 0
  const failAll = (error: Error) => {
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  worker.on('message', ({ id, failure }: { id: number; failure?: string }) => {
    const answer = waiting.get(id)
    waiting.delete(id)
    if (failure === undefined) answer?.resolve()
    else answer?.reject(new RangeError(failure))
  })
  worker.on('error', failAll)
  worker.on('exit', () => failAll(new Error('volumeWorkers: expected open threads, got closed ones')))
  return {
    send(task) {
      const answer = Promise.withResolvers<void>()
      waiting.set(next, answer)
      worker.postMessage({ id: next++, task })
      return answer.promise
    },
    async close() {
      await worker.terminate()
    },
  }
}
