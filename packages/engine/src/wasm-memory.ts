/**
 * Starts tfjs's wasm backend on a memory that threads can share, and hands that memory out.
 *
 * tfjs ships a build with shared memory, but does not start it under Node: its eight pool threads want a script that
 * Node's `Worker` refuses. Those threads serve XNNPACK only and are never used when it is told to use one thread, so
 * stand-ins take their place while the backend starts; the threads of this package then work on the same memory.
 *
 * @module
 */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

import { backend, env, findBackend, setBackend } from '@tensorflow/tfjs-core'

import type { WasmMemory } from './web-assembly.ts'

/** What the kernels use of tfjs's wasm backend. */
export interface WasmBackend {
  readonly wasm: {
    readonly HEAP32: Int32Array
    readonly HEAPF32: Float32Array
    _malloc(bytes: number): number
    _free(pointer: number): void
  }
  readonly dataIdMap: { get(id: object): { readonly memoryOffset: number } }
  makeOutput(shape: number[], dtype: 'float32'): { dataId: object; shape: number[]; dtype: 'float32' }
}

/** The running wasm backend, the memory it lives in, and its version. */
export interface WasmStart {
  readonly backend: WasmBackend
  readonly memory: WasmMemory
  readonly version: string
}

let started: Promise<WasmStart> | undefined

/** Starts the wasm backend once in a process and makes it the active backend. */
export async function startWasm(): Promise<WasmStart> {
  started ??= start()
  const result = await started
  await setBackend('wasm')
  return result
}

async function start(): Promise<WasmStart> {
  if (findBackend('wasm') !== null)
    throw new Error('the wasm backend runs already, started elsewhere without shared memory')
  const require = createRequire(import.meta.url)
  const wasm = await import('@tensorflow/tfjs-backend-wasm')
  const threads = require('node:worker_threads') as { Worker: unknown }
  const { Worker } = threads
  let memory: WasmMemory | undefined
  threads.Worker = standIn((found) => (memory = found))
  try {
    env().set('WASM_HAS_MULTITHREAD_SUPPORT', true)
    wasm.setThreadsCount(1)
    wasm.setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')), '/'))
    if (!(await setBackend('wasm'))) throw new Error('its WebAssembly module does not start')
  } finally {
    threads.Worker = Worker
  }
  if (memory === undefined) throw new Error('its WebAssembly memory is not shared')
  return { backend: backend() as unknown as WasmBackend, memory, version: wasm.version_wasm }
}

// A worker that answers 'loaded' and does nothing else. The 'load' message carries the memory.
function standIn(found: (memory: WasmMemory) => void): unknown {
  return class {
    onmessage: ((event: { data: unknown }) => void) | undefined
    postMessage(message: { cmd?: string; wasmMemory?: WasmMemory }): void {
      if (message.cmd !== 'load' || message.wasmMemory === undefined) return
      found(message.wasmMemory)
      queueMicrotask(() => this.onmessage?.({ data: { cmd: 'loaded' } }))
    }
    on(): void {}
    terminate(): void {}
    ref(): void {}
    unref(): void {}
  }
}
