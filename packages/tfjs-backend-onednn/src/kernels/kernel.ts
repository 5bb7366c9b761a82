/**
 * How a kernel is written.
 *
 * One file holds one idea and exports `kernels`, an array made with {@link kernel}; `kernels/index.ts` collects them. A
 * body checks what it is given, takes memory with `call.backend.take(length, dtype)` (any value inside!), calls one native function
 * with typed arrays and an `Int32Array` of attributes, and gives the tensor out with {@link result}. Returning `undefined`
 * means "not mine" (another dtype, an empty tensor, an odd layout): the cpu backend's kernel of that name runs instead.
 *
 * ```ts
 * export const kernels = [
 *   kernel('Relu', (call) => {
 *     const x = call.inputs['x']
 *     if (!isFloat(x)) return undefined
 *     const values = call.backend.take(sizeOf(x), 'float32')
 *     native<ReluFunctions>().relu(floats(call, x), values)
 *     return result(call, x.shape, values)
 *   }),
 * ]
 * ```
 *
 * @module
 */
import { getKernel, type KernelConfig, type TensorInfo } from '@tensorflow/tfjs-core'

import type { OnednnBackend } from '../backend.ts'
import type { TensorArray } from '../buffer-pool.ts'

/** The name under which tfjs knows the backend. */
export const backendName = 'onednn'

/** What tfjs hands to a kernel. */
export interface KernelCall {
  readonly inputs: Readonly<Record<string, TensorInfo>>
  readonly attrs: Readonly<Record<string, unknown>>
  readonly backend: OnednnBackend
}

/** Computes the outputs, or undefined where the cpu backend's kernel should. */
export type KernelBody = (call: KernelCall) => TensorInfo | TensorInfo[] | undefined

/** A kernel for tfjs's registry. */
export function kernel(kernelName: string, body: KernelBody): KernelConfig {
  // tfjs hands over no attributes at all where an operation has none.
  const run = (call: KernelCall) => body(call.attrs ? call : { ...call, attrs: {} }) ?? onCpu(kernelName, call)
  return { kernelName, backendName, kernelFunc: run as unknown as KernelConfig['kernelFunc'] }
}

const cpuRuns = new Map<string, number>()

/** How often the cpu backend's kernel ran in place of the native one of that name. */
export function cpuRunsOf(kernelName: string): number {
  return cpuRuns.get(kernelName) ?? 0
}

/** Runs the cpu backend's kernel on this backend's tensors. */
export function onCpu(kernelName: string, call: KernelCall): TensorInfo | TensorInfo[] {
  const config = getKernel(kernelName, 'cpu')
  if (config === undefined) {
    throw new Error(`${kernelName}: expected inputs that the native kernel takes, got ${describeInputs(call)}`)
  }
  cpuRuns.set(kernelName, cpuRunsOf(kernelName) + 1)
  return config.kernelFunc(call as never)
}

/** The elements of a float32 tensor. */
export function floats(call: KernelCall, info: TensorInfo): Float32Array {
  return values(call, info, Float32Array)
}

/** The elements of a float32 tensor as they are stored: bfloat16 in a Uint16Array where fused kernels left them so. */
export function stored(call: KernelCall, info: TensorInfo): Float32Array | Uint16Array {
  return call.backend.halfOf(info.dataId) ?? floats(call, info)
}

/** The elements of an int32 tensor. */
export function ints(call: KernelCall, info: TensorInfo): Int32Array {
  return values(call, info, Int32Array)
}

/** The elements of a bool tensor, 0 or 1. */
export function bools(call: KernelCall, info: TensorInfo): Uint8Array {
  return values(call, info, Uint8Array)
}

/** The elements of a tensor in the array its dtype asks for; kernels of the cpu backend sometimes leave another. */
function values<T extends TensorArray>(
  { backend }: KernelCall,
  { dataId }: TensorInfo,
  type: { new (length: number): T; from(values: ArrayLike<number>): T },
): T {
  const stored = backend.data.get(dataId).values as ArrayLike<number>
  return stored instanceof type ? stored : type.from(stored)
}

/** True for a float32 tensor with at least one element: what most native kernels take. */
export function isFloat(info: TensorInfo | undefined): info is TensorInfo {
  return info?.dtype === 'float32' && sizeOf(info) > 0
}

/** True for an optional input that was given; tfjs passes null or nothing for one that was not. */
export function isGiven(info: TensorInfo | null | undefined): info is TensorInfo {
  return info !== null && info !== undefined
}

/** Throws unless `info` has the shape that the attributes imply; `what` names kernel and input. */
export function expectShape(what: string, { shape }: TensorInfo, expected: readonly number[]): void {
  if (shape.length === expected.length && shape.every((size, axis) => size === expected[axis])) return
  throw new RangeError(`${what}: expected shape [${expected}], got [${shape}]`)
}

/** Number of elements. */
export function sizeOf({ shape }: { readonly shape: readonly number[] }): number {
  return shape.reduce((product, size) => product * size, 1)
}

/**
 * A tensor of `values`, which become the backend's; dtype from the array, where a Uint16Array holds float32 values in
 * bfloat16.
 */
export function result({ backend }: KernelCall, shape: readonly number[], values: TensorArray): TensorInfo {
  if (values instanceof Uint16Array) return backend.makeHalfTensorInfo([...shape], values)
  const dtype = values instanceof Float32Array ? 'float32' : values instanceof Int32Array ? 'int32' : 'bool'
  return backend.makeTensorInfo([...shape], dtype, values)
}

function describeInputs({ inputs }: KernelCall): string {
  return Object.entries(inputs)
    .map(([name, { dtype, shape }]) => `${name} ${dtype} [${shape}]`)
    .join(', ')
}
