/**
 * What tests of fused kernels share. Not part of the published package's exports.
 *
 * @module
 */
import { backend, getKernel, type TensorInfo } from '@tensorflow/tfjs-core'

import type { OnednnBackend } from '../../backend.ts'
import { valuesOf } from '../../testing.ts'

/** Runs a fused kernel; its outputs as a list. */
export function runFused(
  name: string,
  inputs: Readonly<Record<string, TensorInfo | undefined>>,
  attrs: object,
): TensorInfo[] {
  const { kernelFunc } = getKernel(name, 'onednn')
  return [kernelFunc({ inputs, attrs, backend: backend() } as never)].flat()
}

/** The values of several tensors, which are disposed of. */
export function take(infos: readonly TensorInfo[]): number[][] {
  const values = infos.map((info) => Array.from(valuesOf(info)))
  for (const { dataId } of infos) (backend() as OnednnBackend).disposeData(dataId)
  return values
}

/** Whether the backend stores a tensor as bfloat16. */
export function isStoredAsHalf({ dataId }: TensorInfo): boolean {
  return (backend() as OnednnBackend).halfOf(dataId) !== undefined
}

/** Sum of products. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}

/** The slope of `f` at `x` along `direction`, by central differences. */
export function slopeAlong(f: (x: number[]) => number, x: ArrayLike<number>, direction: ArrayLike<number>): number {
  // Small, so that few values cross the bend of an activation.
  const step = 1e-7
  const moved = (sign: number) => Array.from(x, (value, i) => value + sign * step * direction[i])
  return (f(moved(1)) - f(moved(-1))) / (2 * step)
}
