/** The default number of threads. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'

import { setThreads, threads } from './set-threads.ts'
import { describeNative, startOnednn } from './testing.ts'
import { defaultThreads, physicalCores } from './threads.ts'

it('counts two hardware threads of one core once', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cpus-'))
  for (const [cpu, siblings] of ['0,2', '1,3', '0,2', '1,3'].entries()) {
    mkdirSync(join(folder, `cpu${cpu}`, 'topology'), { recursive: true })
    writeFileSync(join(folder, `cpu${cpu}`, 'topology', 'thread_siblings_list'), `${siblings}\n`)
  }
  mkdirSync(join(folder, 'cpufreq'))
  expect(physicalCores(folder)).toBe(2)
  rmSync(folder, { recursive: true })
  expect(physicalCores(folder)).toBeUndefined()
})

it('takes OMP_NUM_THREADS at its word and is else bounded by the processors it may use', () => {
  expect(defaultThreads({ onednn: 64, environment: { OMP_NUM_THREADS: '64' } })).toBe(64)
  expect(defaultThreads({ onednn: 64, environment: {} })).toBeLessThanOrEqual(availableParallelism())
  expect(defaultThreads({ onednn: 1, environment: {} })).toBe(1)
})

describeNative('setThreads', () => {
  beforeAll(startOnednn)

  it('sets what threads() says, and rejects what is no number of threads', () => {
    const before = threads()
    setThreads(2)
    expect(threads()).toBe(2)
    for (const wrong of [0, -1, 1.5, NaN, Infinity, 1e9]) expect(() => setThreads(wrong)).toThrow(RangeError)
    expect(() => setThreads('2' as never)).toThrow(TypeError)
    expect(threads()).toBe(2)
    setThreads(before)
  })
})
