/**
 * What tests of native kernels share: tests run only with the addon, and kernels are compared with the cpu backend's.
 *
 * Where the addon is not built although oneDNN's headers are here, tests fail; where it cannot be built, they are skipped
 * under a title that says why. Not part of the published package.
 *
 * @module
 */
import { existsSync } from 'node:fs'

import {
  env,
  getKernel,
  setBackend,
  backend as currentBackend,
  type DataType,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'

import type { OnednnBackend } from './backend.ts'
import { isAvailable, whyUnavailable } from './native.ts'
import { cpuRunsOf, sizeOf } from './kernels/kernel.ts'
import { register } from './register.ts'

/** `describe` for tests that need the addon. */
export function describeNative(title: string, body: () => void): void {
  if (isAvailable()) describe(title, body)
  else if (existsSync('/usr/include/dnnl.hpp')) {
    it(`${title}: the addon is built`, () => expect.fail(`run npm run build:native: ${whyUnavailable()}`))
  } else describe.skip(`${title} [SKIPPED, NOT TESTED: ${whyUnavailable()}]`, body)
}

/** Makes 'onednn' the active backend. */
export async function startOnednn(): Promise<OnednnBackend> {
  env().set('PROD', true)
  register()
  await setBackend('onednn')
  return currentBackend() as OnednnBackend
}

// `npm run test:sanitize` repeats the tests; each round draws other numbers.
const testRound = Number(process.env['LEANVOX_TEST_ROUND'] ?? 0)

/** Numbers in [0, 1) from a seed (mulberry32), and what tests draw from them. */
export function draws(seed: number) {
  let state = (seed + Math.imul(testRound, 0x9e3779b9)) >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    integer: (low: number, high: number): number => low + Math.floor(next() * (high - low + 1)),
    pick: <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)],
    floats: (length: number): Float32Array => Float32Array.from({ length }, () => 2 * next() - 1),
  }
}

/** One run of a kernel. */
export interface KernelRun {
  readonly name: string
  readonly inputs: Readonly<Record<string, TensorInfo | undefined>>
  readonly attrs?: Readonly<Record<string, unknown>>
}

/** A tensor on the active backend. */
export function tensorOf(shape: readonly number[], values: Float32Array | Int32Array | Uint8Array): TensorInfo {
  const dtype: DataType = values instanceof Float32Array ? 'float32' : values instanceof Int32Array ? 'int32' : 'bool'
  return (currentBackend() as OnednnBackend).makeTensorInfo([...shape], dtype, values)
}

/** A float32 tensor of values in [-1, 1) from `random`. */
export function randomTensor(shape: readonly number[], random: ReturnType<typeof draws>): TensorInfo {
  return tensorOf(shape, random.floats(sizeOf({ shape })))
}

/** Runs a kernel as registered for one backend, always on the tensors of 'onednn'. */
export function runOn(kernelBackend: 'onednn' | 'cpu', { name, inputs, attrs = {} }: KernelRun): TensorInfo {
  const config = getKernel(name, kernelBackend)
  return config.kernelFunc({ inputs, attrs, backend: currentBackend() } as never) as TensorInfo
}

/** The values of a tensor of the active backend. */
export function valuesOf({ dataId }: TensorInfo): ArrayLike<number> {
  return (currentBackend() as OnednnBackend).readSync(dataId) as Float32Array
}

/** ||a - b|| / ||b||, or ||a - b|| where b is zero; values that are not finite must be equal. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity
  let difference = 0
  let norm = 0
  for (let i = 0; i < a.length; i++) {
    if (Object.is(a[i], b[i])) norm += Number.isFinite(b[i]) ? b[i] ** 2 : 0
    else {
      difference += (a[i] - b[i]) ** 2
      norm += b[i] ** 2
    }
  }
  return Math.sqrt(difference / (norm || 1))
}

/** Expects the native kernel, not its fall-back, to run, and to agree with the cpu backend's to within `tolerance`. */
export function expectAgreement(run: KernelRun, { tolerance = 1e-5 }: { tolerance?: number } = {}): void {
  const before = cpuRunsOf(run.name)
  const native = runOn('onednn', run)
  const what = `${run.name} ${JSON.stringify(run.attrs)} ${JSON.stringify(shapesOf(run))}`
  expect(cpuRunsOf(run.name), `${what} runs natively`).toBe(before)
  const reference = runOn('cpu', run)
  expect(native.shape, what).toEqual(reference.shape)
  expect(native.dtype, what).toBe(reference.dtype)
  expect(relativeError(valuesOf(native), valuesOf(reference)), what).toBeLessThan(tolerance)
  const backend = currentBackend() as OnednnBackend
  for (const { dataId } of [native, reference]) backend.disposeData(dataId)
}

function shapesOf({ inputs }: KernelRun): Record<string, number[] | undefined> {
  return Object.fromEntries(Object.entries(inputs).map(([name, info]) => [name, info?.shape]))
}
