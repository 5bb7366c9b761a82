import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createStudy, runStudy, type FrozenTrial, type StudyEvent } from '../index.ts'
import { processExecutor, type ProcessExecutorOptions } from '../node.ts'
import { executorContract } from '../testing.ts'

// Processes that the tests start share what Node compiled before, and start in a third of the time.
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'leanvox-compile-cache')

const module = new URL('../../fixtures/objectives.ts', import.meta.url)
const execArgv = ['--conditions=@leanvox/source']

executorContract(
  { describe, test, expect },
  { create: () => processExecutor({ module, exportName: 'contractObjective', execArgv }) },
)

/** One trial of the troubled objective. */
async function runTroubled(
  payload: { trouble: string; attempts?: number[] },
  options: Partial<ProcessExecutorOptions> = {},
): Promise<{ trial: FrozenTrial; retries: string[] }> {
  const study = await createStudy({ name: 's', space: { x: { type: 'float', low: 1, high: 2 } } })
  const executor = processExecutor({ module, exportName: 'troubled', payload, execArgv, ...options })
  const retries: string[] = []
  const onEvent = (event: StudyEvent) => void (event.kind === 'retry' && retries.push(event.reason))
  await runStudy(study, { trials: 1, executor, onEvent })
  return { trial: study.trials[0], retries }
}

test.each([
  ['killed', 'child process ended with SIGKILL before it returned a value'],
  ['exits', 'child process ended with exit code 7 before it returned a value'],
  ['exitsCleanly', 'child process ended with exit code 0 before it returned a value'],
  ['complains', 'child process ended with exit code 3 before it returned a value\nstderr: the last words'],
])('a child that is cut off (%s) is started again once', async (trouble, reason) => {
  const { trial, retries } = await runTroubled({ trouble })
  expect(retries).toEqual([reason])
  expect(trial).toMatchObject({ state: 'complete', value: (trial.params['x'] as number) ** 2 })
})

test('a child that crashes in every attempt fails its trial with the reason', async () => {
  const { trial } = await runTroubled({ trouble: 'exits', attempts: [1, 2] })
  const reason = 'child process ended with exit code 7 before it returned a value'
  expect(trial).toMatchObject({ state: 'fail', userAttributes: { fail_reason: reason } })
  expect(trial.systemAttributes).toEqual({ 'leanvox:attempt': 2, 'leanvox:crashes': 2 })
})

test.each(['hangs', 'spins'])('a child without heartbeat (%s) is killed and started again', async (trouble) => {
  const { trial, retries } = await runTroubled({ trouble }, { heartbeatTimeoutMs: 800 })
  expect(retries).toEqual(['no report or heartbeat for 800 ms'])
  expect(trial.state).toBe('complete')
})

test('heartbeats out of synchronous work keep a child alive beyond the limit', async () => {
  const { trial, retries } = await runTroubled({ trouble: 'beats' }, { heartbeatTimeoutMs: 1000 })
  expect([trial.state, retries]).toEqual(['complete', []])
})

test('a child that takes too long fails its trial without another attempt', async () => {
  const { trial, retries } = await runTroubled({ trouble: 'spins', attempts: [1, 2] }, { timeoutMs: 600 })
  expect(retries).toEqual([])
  expect(trial.userAttributes).toEqual({ fail_reason: 'no result within 600 ms' })
})

test.each(['prints', 'leavesTimers'])('a child that %s ends with its value all the same', async (trouble) => {
  expect((await runTroubled({ trouble })).trial.state).toBe('complete')
})

test('what a child prints can be had', async () => {
  let characters = 0
  await runTroubled({ trouble: 'prints' }, { onOutput: (text) => void (characters += text.length) })
  expect(characters).toBe(20_000 * 101)
})

test('of what a child prints on stderr only the end is kept', async () => {
  const before = process.memoryUsage().rss
  const { trial, retries } = await runTroubled({ trouble: 'floods' })
  expect(trial.state).toBe('complete')
  expect(retries[0]).toMatch(/^child process ended with exit code 3 before it returned a value\nstderr: x{1900,2000}$/)
  expect(process.memoryUsage().rss - before).toBeLessThan(1e8)
})

test('a module or an export that is not there fails the trial and names it', async () => {
  const missing = await runTroubled({ trouble: 'none' }, { module: '/nowhere/objective.js' })
  expect(missing.trial.userAttributes['fail_reason']).toContain('/nowhere/objective.js')
  const { trial } = await runTroubled({ trouble: 'none' }, { exportName: 'nothing' })
  expect(trial.userAttributes['fail_reason']).toContain("expected a function 'nothing', got undefined")
})

test('an abort ends the child and leaves the trial running', async () => {
  const study = await createStudy({ name: 's', space: { x: { type: 'float', low: 1, high: 2 } } })
  const payload = { trouble: 'hangs', attempts: [1] }
  const executor = processExecutor({ module, exportName: 'troubled', payload, execArgv })
  const signal = AbortSignal.timeout(500)
  await runStudy(study, { trials: 1, executor, signal })
  expect(study.trials.map(({ state }) => state)).toEqual(['running'])
})

test('a child whose parent is killed ends by itself, out of work that never yields', async () => {
  const script = `
    import { createStudy, runStudy } from ${JSON.stringify(new URL('../index.ts', import.meta.url).href)}
    import { processExecutor } from ${JSON.stringify(new URL('../node.ts', import.meta.url).href)}
    const executor = processExecutor({
      module: ${JSON.stringify(module.href)}, exportName: 'orphan', execArgv: ${JSON.stringify(execArgv)},
    })
    const onEvent = (event) => event.kind === 'report' && process.stdout.write(String(event.value))
    await runStudy(await createStudy({ name: 's' }), { trials: 1, executor, onEvent })`
  const parent = spawn(process.execPath, [...execArgv, '--input-type=module', '-e', script])
  const pid = Number(await once(parent.stdout, 'data'))
  expect(isAlive(pid)).toBe(true)
  parent.kill('SIGKILL')
  await once(parent, 'exit')
  await until(() => !isAlive(pid))
})

async function until(holds: () => boolean): Promise<void> {
  for (const end = performance.now() + 15_000; performance.now() < end;) {
    if (holds()) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('waited 15 s in vain')
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    // An orphan that nobody has waited for yet is still listed, as a zombie.
    return !/\) [ZX] /.test(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

test(
  'a study in a program given to node -e runs its objective in children, not itself again',
  { timeout: 60_000 },
  async () => {
    const [hpo, node] = ['../index.ts', '../node.ts'].map((name) => JSON.stringify(new URL(name, import.meta.url).href))
    const program = `
    import { createStudy, runStudy } from ${hpo}
    import { processExecutor } from ${node}
    const study = await createStudy({ name: 's', space: { x: { type: 'float', low: 1, high: 2 } } })
    const executor = processExecutor({ module: ${JSON.stringify(module.href)}, exportName: 'contractObjective', timeoutMs: 20000 })
    await runStudy(study, { trials: 1, executor, maxRetries: 0 })
    console.log(study.trials[0].state)`
    const child = spawn(process.execPath, [...execArgv, '--input-type=module', '-e', program])
    let printed = ''
    child.stdout.on('data', (data: Buffer) => (printed += String(data)))
    await once(child, 'exit')
    expect(printed).toBe('complete\n')
  },
)
