import { describe, expect, test } from 'vitest'
import { createStudy, medianPruner, runStudy, type FrozenTrial } from '../index.ts'
import { commandExecutor, type CommandExecutorOptions } from '../node.ts'
import { executorContract } from '../testing.ts'

/** A program that runs the given JavaScript with the trial as `trial` and `say` for messages. */
const program = (code: string): CommandExecutorOptions['command'] => [
  process.execPath,
  '--input-type=module',
  '-e',
  `const trial = JSON.parse(process.env.LEANVOX_TRIAL)
   const x = trial.params.x
   const say = (message) => console.log(typeof message === 'string' ? message : JSON.stringify(message))
   const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
   ${code}`,
]

const contractCode = `
  if (x === -1) throw new Error('asked to throw')
  if (x === -2) say('{"value": NaN}')
  for (let step = 0; step < 3; step++) { say({ report: x + step, step }); await wait(x === 4 ? 80 : 0) }
  say('not a message')
  say({ value: x * 10, userAttributes: { attempt: trial.attempt } })`

executorContract({ describe, test, expect }, { create: () => commandExecutor({ command: program(contractCode) }) })

async function runOne(code: string, options: Partial<CommandExecutorOptions> = {}): Promise<FrozenTrial> {
  const study = await createStudy({ name: 's', space: { x: { type: 'float', low: 1, high: 2 } } })
  const executor = commandExecutor({ command: program(code), ...options })
  await runStudy(study, { trials: 1, executor, maxRetries: 0 })
  return study.trials[0]
}

test('a program without a value fails its trial with its exit and its last words', async () => {
  const trial = await runOne(`process.stderr.write('no data'); process.exitCode = 4`)
  const reason = 'command ended with exit code 4 before it printed a value\nstderr: no data'
  expect(trial.userAttributes).toEqual({ fail_reason: reason })
})

test('a program that is not there fails its trial', async () => {
  const trial = await runOne('', { command: ['/nowhere/program'] })
  expect(trial.userAttributes['fail_reason']).toContain('/nowhere/program')
})

test('limits apply, and heartbeats count', async () => {
  const beating = `for (let i = 0; i < 8; i++) { say({ heartbeat: true }); await wait(100) } say({ value: 1 })`
  expect((await runOne(beating, { heartbeatTimeoutMs: 600 })).state).toBe('complete')
  const silent = await runOne(`say({ heartbeat: true }); await wait(1e6)`, { heartbeatTimeoutMs: 300 })
  expect(silent.userAttributes).toEqual({ fail_reason: 'no report or heartbeat for 300 ms' })
  const slow = await runOne('await wait(1e6)', { timeoutMs: 300 })
  expect(slow.userAttributes).toEqual({ fail_reason: 'no result within 300 ms' })
})

test('other lines are output, an endless one without filling the memory', async () => {
  const lines: string[] = []
  const onOutput = (line: string) => void lines.push(line)
  const trial = await runOne(`say('hello'); say('x'.repeat(3 << 20)); say('{"a": 1}'); say({ value: 2 })`, { onOutput })
  expect(trial.value).toBe(2)
  expect([lines[0], lines.at(-1)]).toEqual(['hello', '{"a": 1}'])
})

test('a gigabyte without a line end, and a million short lines, leave the memory as it was', async () => {
  const before = process.memoryUsage().rss
  let most = 0
  let lines = 0
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20)
  const print = `head -c 1000000000 /dev/zero; echo; yes 'epoch 1: loss 0.25' | head -c 20000000; echo; echo '{"value": 3}'`
  const study = await createStudy({ name: 's', space: { x: { type: 'float', low: 1, high: 2 } } })
  const executor = commandExecutor({ command: ['sh', '-c', print], onOutput: () => void lines++ })
  await runStudy(study, { trials: 1, executor, maxRetries: 0 })
  clearInterval(watch)
  expect(study.trials[0]).toMatchObject({ state: 'complete', value: 3 })
  expect(lines).toBeGreaterThan(1e6)
  expect(most - before).toBeLessThan(3e8)
})

test('a pruned program is stopped and its trial recorded as pruned', async () => {
  const study = await createStudy({ name: 's', pruner: medianPruner({ nStartupTrials: 1 }) })
  const code = `say({ report: trial.number, step: 0 }); if (trial.number > 0) await wait(1e6); say({ value: 0 })`
  await runStudy(study, { trials: 2, executor: commandExecutor({ command: program(code) }) })
  expect(study.trials.map(({ state }) => state)).toEqual(['complete', 'pruned'])
})
