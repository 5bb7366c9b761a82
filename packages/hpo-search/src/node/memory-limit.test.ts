import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createStudy, randomSampler, runStudy, type Executor } from '../index.ts'
import { commandExecutor, processExecutor } from '../node.ts'
import { residentBytes } from './memory-limit.ts'

const eater = `const held = []; const eat = () => held.push(Buffer.alloc(2e7, 1)); for (let i = 0; i < 30; i++) eat(); setInterval(() => held.length, 1e6)`
const memoryBytes = 4e8

async function runOne(executor: Executor) {
  const study = await createStudy({
    name: 'a',
    sampler: randomSampler(),
    space: { x: { type: 'float', low: 0, high: 1 } },
  })
  await runStudy(study, { trials: 1, executor, maxRetries: 3 })
  const { state, userAttributes } = study.trial(0)
  return { state, reason: String(userAttributes['fail_reason']) }
}

describe.skipIf(!existsSync('/proc/self/statm'))('an objective that eats memory (needs /proc)', () => {
  test.each<[string, Executor]>([
    ['a program', commandExecutor({ command: [process.execPath, '-e', eater], memoryBytes })],
    [
      'what a program starts',
      commandExecutor({ command: ['sh', '-c', `"${process.execPath}" -e '${eater}'; true`], memoryBytes }),
    ],
    [
      'a module',
      processExecutor({
        module: new URL('../../fixtures/objectives.ts', import.meta.url),
        exportName: 'eats',
        memoryBytes,
      }),
    ],
  ])('%s is killed, and its trial fails once and for all, with what it held', async (_what, executor) => {
    const { state, reason } = await runOne(executor)
    expect(state).toBe('fail')
    expect(reason).toMatch(/^\d{3} MB of memory, more than the 400 MB allowed/)
  })

  test('resident memory counts children, and is 0 for a process that is gone', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1e6)'], { stdio: 'ignore' })
    const ended = new Promise((resolve) => child.on('close', resolve))
    await expect.poll(() => residentBytes(child.pid as number)).toBeGreaterThan(2e7)
    expect(residentBytes(process.pid)).toBeGreaterThan(residentBytes(child.pid as number))
    child.kill('SIGKILL')
    await ended
    expect(residentBytes(child.pid as number)).toBe(0)
  })
})
