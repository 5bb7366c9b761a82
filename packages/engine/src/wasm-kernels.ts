/**
 * Registers the kernels of this package with tfjs's wasm backend, under names of their own.
 *
 * The operations look for these names in tfjs's kernel registry: where they are absent (cpu, tensorflow) stock kernels run.
 *
 * @module
 */
import { getBackend, getKernel, registerKernel, type TensorInfo } from '@tensorflow/tfjs-core'

import type { ConvGeometry } from './conv-geometry.ts'
import type { KernelPool } from './kernel-pool.ts'
import { withWasm, type WasmCall } from './wasm-call.ts'
import { wasmConvFilterGradient, wasmConvForward, wasmConvInputGradient } from './wasm-conv.ts'
import type { WasmBackend } from './wasm-memory.ts'

type Inputs = Readonly<Record<string, TensorInfo>>
type OwnKernel = (call: WasmCall, inputs: Inputs, attributes: unknown) => TensorInfo

const ownKernels = {
  LeanvoxConv: (call, { x, filter }, geometry) => wasmConvForward(call, { x, filter }, geometry as ConvGeometry),
  LeanvoxConvInput: (call, { dy, filter }, geometry) => wasmConvInputGradient(call, { dy, filter }, geometry as ConvGeometry),
  LeanvoxConvFilter: (call, { x, dy }, geometry) => wasmConvFilterGradient(call, { x, dy }, geometry as ConvGeometry),
} satisfies Record<string, OwnKernel>

/** Whether the active backend has the kernels of this package. */
export function hasOwnKernels(): boolean {
  return getKernel('LeanvoxConv', getBackend()) !== undefined
}

/** Registers the kernels; calling it again does nothing. */
export function registerOwnKernels({ backend, pool }: { backend: WasmBackend; pool: KernelPool }): void {
  for (const [kernelName, kernel] of Object.entries(ownKernels) as [string, OwnKernel][]) {
    if (getKernel(kernelName, 'wasm') !== undefined) continue
    registerKernel({
      kernelName,
      backendName: 'wasm',
      kernelFunc: ({ inputs, attrs }) => withWasm({ backend, pool }, (call) => kernel(call, inputs as Inputs, attrs)),
    })
  }
}
