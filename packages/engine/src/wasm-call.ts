/**
 * Calls kernels of kernels.c on tensors of the wasm backend: addresses of tensors, scratch memory, argument blocks.
 *
 * @module
 */
import type { TensorInfo } from '@tensorflow/tfjs-core'

import type { KernelName, KernelPool } from './kernel-pool.ts'
import type { WasmBackend } from './wasm-memory.ts'

/** An argument of a kernel: an integer or address, or a float. */
export type Argument = number | { readonly float: number }

/** Access to the memory of the wasm backend while one operation runs. */
export interface WasmCall {
  readonly threads: number
  /** The address of a tensor's values. */
  at(tensor: TensorInfo): number
  /** A new float32 tensor, values not set. */
  output(shape: readonly number[]): TensorInfo
  /** Memory for `count` 32-bit values, freed when the operation ends. */
  scratch(count: number): number
  /** Scratch memory holding these values. */
  integers(values: ArrayLike<number>): number
  floats(values: ArrayLike<number>): number
  /** A copy of `count` floats at an address. */
  readFloats(address: number, count: number): Float32Array
  run(name: KernelName, args: readonly Argument[], jobs: number): void
}

/** Runs `operation`, then frees its scratch memory. */
export function withWasm<T>(
  { backend, pool }: { backend: WasmBackend; pool: KernelPool },
  operation: (call: WasmCall) => T,
): T {
  const held: number[] = []
  const { wasm } = backend
  const scratch = (count: number): number => {
    const address = wasm._malloc(Math.max(count, 1) * 4) >>> 0
    if (address === 0)
      throw new RangeError(`withWasm: expected ${count * 4} bytes of WebAssembly memory, got none (4 GB is the limit)`)
    held.push(address)
    return address
  }
  // The heap views are read anew each time: growing the memory replaces them.
  const place = (heap: 'HEAP32' | 'HEAPF32', values: ArrayLike<number>): number => {
    const address = scratch(values.length)
    wasm[heap].set(values, address >>> 2)
    return address
  }
  try {
    return operation({
      threads: pool.threads,
      at: (tensor) => backend.dataIdMap.get(tensor.dataId).memoryOffset,
      output: (shape) => backend.makeOutput([...shape], 'float32') as TensorInfo,
      scratch,
      integers: (values) => place('HEAP32', values),
      floats: (values) => place('HEAPF32', values),
      readFloats: (address, count) => wasm.HEAPF32.slice(address >>> 2, (address >>> 2) + count),
      run: (name, args, jobs) => {
        if (jobs > 0) pool.run(name, placeArguments({ wasm, address: scratch(args.length) }, args), jobs)
      },
    })
  } finally {
    for (const address of held) wasm._free(address)
  }
}

function placeArguments(
  { wasm, address }: { wasm: WasmBackend['wasm']; address: number },
  args: readonly Argument[],
): number {
  args.forEach((argument, index) => {
    if (typeof argument === 'number') wasm.HEAP32[(address >>> 2) + index] = argument
    else wasm.HEAPF32[(address >>> 2) + index] = argument.float
  })
  return address
}
