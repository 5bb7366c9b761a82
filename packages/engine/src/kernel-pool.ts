/**
 * Runs the jobs of a WebAssembly kernel on this thread and on helper threads that share its memory.
 *
 * A control block of five integers in the shared memory holds the jobs left, the jobs done, their number, the kernel and
 * its arguments. A thread takes a job by lowering the first with compare-and-exchange and only then reads the rest,
 * which stays fixed until every job is done. Idle helpers sleep on the first integer.
 *
 * @module
 */
import { Worker } from 'node:worker_threads'

import { kernelsBase64 } from './kernels-binary.ts'
import type { WasmStart } from './wasm-memory.ts'
import { webAssembly } from './web-assembly.ts'

/** The kernels by the names they have in kernels.c; the position is the number that threads exchange. */
export const kernelNames = [
  'pad',
  'pack',
  'conv',
  'conv_filter',
  'axis_matrix',
  'max_pool',
  'max_pool_gradient',
  'norm_statistics',
  'norm_apply',
  'norm_gradient_sums',
  'norm_gradient_apply',
  'copy_rows',
] as const

/** A kernel of kernels.c. */
export type KernelName = (typeof kernelNames)[number]

/** Runs `jobs` jobs of a kernel with its arguments at address `args`, and returns when all are done. */
export interface KernelPool {
  readonly threads: number
  run(name: KernelName, args: number, jobs: number): void
}

const stackBytes = 16_384
const controlBytes = 64
const [LEFT, DONE, TOTAL, KERNEL, ARGS] = [0, 1, 2, 3, 4]

// The helper's whole program. It is a string so that it needs no file beside the bundle.
const helperSource = `
const { workerData: { module, memory, control, stack, names } } = require('node:worker_threads')
const { exports } = new WebAssembly.Instance(module, { env: { memory } })
exports.__stack_pointer.value = stack
const kernels = names.map((name) => exports[name])
const state = new Int32Array(memory.buffer, control, 5)
for (;;) {
  const left = Atomics.load(state, ${LEFT})
  if (left === 0) Atomics.wait(state, ${LEFT}, 0)
  else if (Atomics.compareExchange(state, ${LEFT}, left, left - 1) === left) {
    kernels[state[${KERNEL}]](state[${ARGS}], left - 1)
    Atomics.add(state, ${DONE}, 1)
    Atomics.notify(state, ${DONE})
  }
}`

/** Compiles the kernels on the memory of the wasm backend and starts `threads - 1` helper threads. */
export function startKernelPool({ backend, memory }: WasmStart, { threads }: { readonly threads: number }): KernelPool {
  const module = new webAssembly.Module(Buffer.from(kernelsBase64, 'base64'))
  const control = backend.wasm._malloc(controlBytes)
  const stacks = Array.from({ length: threads }, () => backend.wasm._malloc(stackBytes) + stackBytes)
  const exports = new webAssembly.Instance(module, { env: { memory } }).exports as unknown as Record<
    KernelName,
    (args: number, job: number) => void
  > & {
    __stack_pointer: { value: number }
  }
  exports.__stack_pointer.value = stacks[0]
  const state = new Int32Array(memory.buffer, control, 5).fill(0)
  for (const stack of stacks.slice(1)) {
    const workerData = { module, memory, control, stack, names: kernelNames }
    new Worker(helperSource, { eval: true, workerData, stdin: false }).unref()
  }
  return { threads, run: (name, args, jobs) => runJobs({ exports, state }, { name, args, jobs }) }
}

interface Shared {
  readonly exports: Record<KernelName, (args: number, job: number) => void>
  readonly state: Int32Array
}

function runJobs(
  { exports, state }: Shared,
  { name, args, jobs }: { name: KernelName; args: number; jobs: number },
): void {
  const kernel = exports[name]
  if (jobs === 1) return kernel(args, 0)
  state[DONE] = 0
  state[TOTAL] = jobs
  state[KERNEL] = kernelNames.indexOf(name)
  state[ARGS] = args
  Atomics.store(state, LEFT, jobs)
  Atomics.notify(state, LEFT)
  for (let left = jobs; left > 0; left = Atomics.load(state, LEFT)) {
    if (Atomics.compareExchange(state, LEFT, left, left - 1) !== left) continue
    kernel(args, left - 1)
    Atomics.add(state, DONE, 1)
  }
  for (let done = Atomics.load(state, DONE); done < jobs; done = Atomics.load(state, DONE))
    Atomics.wait(state, DONE, done)
}
