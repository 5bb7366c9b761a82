/**
 * Registers the kernels of this package with tfjs's wasm backend, under names of their own.
 *
 * Two of tfjs's own kernels are wrapped: joining and splitting tensors along the last axis, which a U-Net does at every
 * level with its largest tensors; other axes go to the stock kernels as before.
 *
 * @module
 */
import { getKernel, registerKernel, unregisterKernel, type KernelConfig, type TensorInfo } from '@tensorflow/tfjs-core'

import type { ConvGeometry } from './conv-geometry.ts'
import type { KernelPool } from './kernel-pool.ts'
import type { NormSettings } from './norm-kernels.ts'
import { ownKernelNames } from './own-kernels.ts'
import type { SparseRows } from './sparse-rows.ts'
import { withWasm, type WasmCall } from './wasm-call.ts'
import { wasmConvFilterGradient, wasmConvForward, wasmConvInputGradient } from './wasm-conv.ts'
import type { WasmBackend } from './wasm-memory.ts'
import { wasmNorm, wasmNormGradient } from './wasm-norm.ts'
import {
  wasmAxisMatrix,
  wasmConcatChannels,
  wasmMaxPool,
  wasmMaxPoolGradient,
  wasmSplitChannels,
} from './wasm-spatial.ts'

type Inputs = Readonly<Record<string, TensorInfo>>
type OwnKernel = (call: WasmCall, inputs: Inputs, attributes: unknown) => TensorInfo | TensorInfo[]
type Runner = <T>(operation: (call: WasmCall) => T) => T

// Attributes come from the operations of this package only, which is why their types are taken on trust.
const ownKernels: Record<keyof typeof ownKernelNames, OwnKernel> = {
  conv: (call, { x, filter }, geometry) => wasmConvForward(call, { x, filter }, geometry as ConvGeometry),
  convInput: (call, { dy, filter }, geometry) => wasmConvInputGradient(call, { dy, filter }, geometry as ConvGeometry),
  convFilter: (call, { x, dy }, geometry) => wasmConvFilterGradient(call, { x, dy }, geometry as ConvGeometry),
  axisMatrix: (call, { x }, attributes) => wasmAxisMatrix(call, x, attributes as { axis: number; matrix: SparseRows }),
  maxPool: (call, { x }, attributes) => wasmMaxPool(call, x, attributes as { window: number[] }),
  maxPoolGradient: (call, { dy, input, output }, attributes) =>
    wasmMaxPoolGradient(call, { dy, input, output }, attributes as { window: number[] }),
  norm: (call, { x, scale, offset }, settings) => wasmNorm(call, { x, scale, offset }, settings as NormSettings),
  normGradient: (call, { x, dy, coefficients, scale }, settings) =>
    wasmNormGradient(call, { x, dy, coefficients, scale }, settings as NormSettings),
}

/** Registers the kernels; calling it again does nothing. */
export function registerOwnKernels({ backend, pool }: { backend: WasmBackend; pool: KernelPool }): void {
  if (getKernel(ownKernelNames.conv, 'wasm') !== undefined) return
  const run: Runner = (operation) => withWasm({ backend, pool }, operation)
  for (const [key, kernelName] of Object.entries(ownKernelNames) as [keyof typeof ownKernelNames, string][]) {
    registerKernel({
      kernelName,
      backendName: 'wasm',
      kernelFunc: ({ inputs, attrs }) => run((call) => ownKernels[key](call, inputs as Inputs, attrs)),
    })
  }
  wrapConcat(run)
  wrapSplit(run)
}

function wrapConcat(run: Runner): void {
  wrap('Concat', ({ kernelFunc }, parameters) => {
    const parts = Object.values(parameters.inputs) as TensorInfo[]
    if (!isLastAxis(parts[0], parameters.attrs?.['axis'] as number) || !parts.every(isFloat))
      return kernelFunc(parameters)
    return run((call) => wasmConcatChannels(call, parts))
  })
}

function wrapSplit(run: Runner): void {
  wrap('SplitV', ({ kernelFunc }, parameters) => {
    const { x } = parameters.inputs as Inputs
    const { axis, numOrSizeSplits } = parameters.attrs as unknown as {
      axis: number
      numOrSizeSplits: number | number[]
    }
    if (!isLastAxis(x, axis) || !isFloat(x) || typeof numOrSizeSplits === 'number' || numOrSizeSplits.includes(-1))
      return kernelFunc(parameters)
    return run((call) => wasmSplitChannels(call, x, numOrSizeSplits))
  })
}

type Parameters = globalThis.Parameters<KernelConfig['kernelFunc']>[0]

function wrap(
  kernelName: string,
  kernelFunc: (stock: KernelConfig, parameters: Parameters) => TensorInfo | TensorInfo[],
): void {
  const stock = getKernel(kernelName, 'wasm')
  unregisterKernel(kernelName, 'wasm')
  registerKernel({ ...stock, kernelFunc: (parameters) => kernelFunc(stock, parameters) })
}

function isLastAxis({ shape }: TensorInfo, axis: number): boolean {
  return axis === shape.length - 1 || axis === -1
}

function isFloat({ dtype, shape }: TensorInfo): boolean {
  return dtype === 'float32' && !shape.includes(0)
}
