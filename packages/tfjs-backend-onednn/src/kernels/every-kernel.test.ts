/**
 * Every native kernel against the cpu backend's: none can be added without a case, and none is spared odd shapes, other
 * dtypes or tensors without elements. What each kernel does in detail is in the test beside it.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

import { backend as currentBackend, getKernel, type TensorInfo } from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'

import type { OnednnBackend } from '../backend.ts'
import { describeNative, draws, relativeError, startOnednn, valuesOf, type KernelRun } from '../testing.ts'
import { cases } from './every-kernel-cases.ts'
import { nativeKernels } from './index.ts'
import { cpuRunsOf } from './kernel.ts'

const rounds = 25
const names = nativeKernels.map(({ kernelName }) => kernelName)
const standard = Object.keys(cases)

// The error function here is exact to the last digits, the cpu backend's is off by 1.5e-7, which is much beside 0.
const tolerances: Record<string, number> = { Erf: 1e-3 }

// Of float32 only, and half of the calls are of int32.
const mostlyLeft = new Set(['AddN'])

const folder = import.meta.dirname
const text = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => readFileSync(join(folder, file), 'utf8'))
  .join('\n')

function runAll(kernelBackend: 'onednn' | 'cpu', { name, inputs, attrs = {} }: KernelRun): TensorInfo[] {
  return [getKernel(name, kernelBackend).kernelFunc({ inputs, attrs, backend: currentBackend() } as never)].flat()
}

function outcome(run: KernelRun, kernelBackend: 'onednn' | 'cpu'): TensorInfo[] | Error {
  try {
    return runAll(kernelBackend, run)
  } catch (error) {
    return error as Error
  }
}

function expectSame(run: KernelRun): void {
  const shapes = Object.fromEntries(
    Object.entries(run.inputs).map(([key, info]) => [key, info && [info.dtype, ...info.shape]]),
  )
  const what = `${run.name} ${JSON.stringify(run.attrs)} ${JSON.stringify(shapes)}`
  const [native, reference] = [outcome(run, 'onednn'), outcome(run, 'cpu')]
  if (reference instanceof Error || native instanceof Error) {
    expect(native, what).toBeInstanceOf(Error)
    expect(reference, what).toBeInstanceOf(Error)
    return
  }
  expect(native.length, what).toBe(reference.length)
  native.forEach((info, index) => {
    const expected = reference[index]
    expect([info.dtype, ...info.shape], what).toEqual([expected.dtype, ...expected.shape])
    expect(relativeError(valuesOf(info), valuesOf(expected)), what).toBeLessThan(tolerances[run.name] ?? 1e-5)
  })
  for (const { dataId } of [...native, ...reference]) (currentBackend() as OnednnBackend).disposeData(dataId)
}

describeNative('every native kernel', () => {
  beforeAll(startOnednn)

  it('has a case here if the cpu backend has it, or a test of its own', () => {
    const shared = names.filter((name) => getKernel(name, 'cpu') !== undefined)
    expect(standard.toSorted()).toEqual(shared.toSorted())
    const own = names.filter((name) => !shared.includes(name))
    expect(own.length).toBeGreaterThan(10)
    expect(own.filter((name) => !text.includes(`'${name}'`))).toEqual([])
  })

  it.each(standard)('%s agrees with the cpu backend on random calls, and runs natively', (name) => {
    const random = draws(name.length * 7919 + name.charCodeAt(0))
    const before = cpuRunsOf(name)
    for (let round = 0; round < rounds; round++) expectSame({ name, ...cases[name](random, false) })
    // Trivial calls, such as of one part or no axes, and sums of integers may be left to it.
    expect(cpuRunsOf(name) - before).toBeLessThan(mostlyLeft.has(name) ? rounds : rounds / 2)
  })

  it.each(standard)('%s of tensors without elements is what the cpu backend makes of them', (name) => {
    const random = draws(name.length * 104_729 + name.charCodeAt(1))
    for (let round = 0; round < 5; round++) expectSame({ name, ...cases[name](random, true) })
  })
})
