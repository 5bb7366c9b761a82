import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createRng } from '@leanvox/random'
import { loadStudy, type FrozenTrial } from './index.ts'
import { journalStorage } from './node.ts'

// Processes that the tests start share what Node compiled before, and start in a third of the time.
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'leanvox-compile-cache')

const script = new URL('../fixtures/run-quick-study.ts', import.meta.url).pathname

/** Starts or goes on with the study; kills the process after so many milliseconds unless it ends before. */
async function runFor(path: string, milliseconds: number | null): Promise<'killed' | 'done'> {
  const child = spawn(process.execPath, ['--conditions=@leanvox/source', script, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>
  // Killing before the first record would only test the start of Node.
  await Promise.race([once(child.stdout, 'data'), ended])
  const timer = milliseconds === null ? null : setTimeout(() => child.kill('SIGKILL'), milliseconds)
  const [code, signal] = await ended
  if (timer !== null) clearTimeout(timer)
  if (signal === 'SIGKILL') return 'killed'
  expect(code).toBe(0)
  return 'done'
}

/** All that must not depend on being killed. */
const lasting = ({ number, state, params, values, intermediateValues, userAttributes }: FrozenTrial) => ({
  number,
  state,
  params,
  values,
  intermediateValues,
  userAttributes,
})

test(
  'a study killed at random moments and restarted ends as an undisturbed one, every trial finished once',
  { timeout: 120_000 },
  async () => {
    const folder = fs.mkdtempSync(join(tmpdir(), 'hpo-chaos-'))
    const [quiet, disturbed] = [join(folder, 'quiet.jsonl'), join(folder, 'disturbed.jsonl')]
    expect(await runFor(quiet, null)).toBe('done')
    const rng = createRng('chaos')
    let kills = 0
    while (kills < 14 && (await runFor(disturbed, rng.uniformIn(0, 60))) === 'killed') kills++
    await runFor(disturbed, null)
    expect(kills).toBeGreaterThanOrEqual(10)

    const open = (path: string) => loadStudy({ name: 'quick', storage: journalStorage(path) })
    const [expected, got] = [await open(quiet), await open(disturbed)]
    expect(got.trials.map(lasting)).toEqual(expected.trials.map(lasting))
    expect(got.trials).toHaveLength(24)
    expect(got.bestTrial?.number).toBe(expected.bestTrial?.number)
    const finished = fs
      .readFileSync(disturbed, 'utf8')
      .split('\n')
      .filter((line) => line.includes('"op_code":6') && !line.includes('"state":0'))
      .map((line) => (JSON.parse(line) as { trial_id: number }).trial_id)
    expect(finished).toEqual(Array.from({ length: 24 }, (_, number) => number))
    const attempts = got.trials.map(({ systemAttributes }) => Number(systemAttributes['leanvox:attempt']))
    expect(attempts.reduce((sum, attempt) => sum + attempt - 1, 0)).toBeGreaterThan(0)
    fs.rmSync(folder, { recursive: true })
  },
)
