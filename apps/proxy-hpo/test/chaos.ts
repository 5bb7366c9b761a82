/**
 * Kills the app with SIGKILL at random moments until it is done, then compares its run with an undisturbed one.
 *
 * `node --conditions=@leanvox/source apps/proxy-hpo/test/chaos.ts --kills 20 --seed 1` prints a table of the kills and
 * fails when a trial is missing, was finished twice, or differs from the undisturbed run's.
 *
 * @module
 */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { writeJson } from '@leanvox/files'
import { createRng } from '@leanvox/random'
import { writePhantomData } from '../src/phantom-data.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** A search of all four arms that takes about half a minute. */
const TINY = {
  seed: 3,
  backend: 'wasm',
  preprocessing: { intensity: { kind: 'window', low: -120, high: 240 } },
  network: { levels: 2, channels: [4, 8], residualUnits: 0, convsPerLevel: 1 },
  proxyNetwork: { channels: 0.5 },
  training: { epochs: 3, finalEpochs: 3, patchSize: [16, 16, 16], validateEvery: 1 },
  search: { trials: 3, pruner: 'median' },
  correlation: { settings: 3, randomSubsets: 1 },
}

/** What the chaos did and what it left. */
export interface ChaosReport {
  readonly kills: readonly { readonly afterMs: number; readonly journalLines: number }[]
  readonly starts: number
  readonly differences: readonly string[]
}

/** Runs the tiny search twice, once in peace and once under `kills` kills. */
export async function chaos({ kills, seed }: { kills: number; seed: number }): Promise<ChaosReport> {
  const folder = await mkdtemp(join(tmpdir(), 'leanvox-chaos-'))
  const data = await writePhantomData(join(folder, 'data'), { seed: 3, cases: 8, externalCases: 2 })
  await writeJson(join(folder, 'config.json'), TINY)
  const args = (out: string) => [
    ...['--conditions=@leanvox/source', MAIN, 'run', '--data', data.data, '--external', data.external],
    ...['--config', join(folder, 'config.json'), '--out', join(folder, out)],
  ]
  const started = Date.now()
  await runToEnd(args('calm'))
  const calmMs = Date.now() - started
  const rng = createRng(seed)
  const log: { afterMs: number; journalLines: number }[] = []
  let starts = 0
  while (log.length < kills) {
    // Up to a quarter of the undisturbed time: early kills hit start-up and preparation, late ones any stage.
    const afterMs = Math.round(rng.uniformIn(0.02, 0.25) * calmMs)
    starts++
    const ended = await runAndKill(args('disturbed'), afterMs)
    if (ended) break
    log.push({ afterMs, journalLines: await countLines(join(folder, 'disturbed', 'journal.jsonl')) })
  }
  starts++
  await runToEnd(args('disturbed'))
  return { kills: log, starts, differences: await compareRuns(join(folder, 'calm'), join(folder, 'disturbed')) }
}

async function runToEnd(args: string[]): Promise<void> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const code = await new Promise<number | null>((resolve) => child.on('exit', resolve))
  if (code !== 0) throw new Error(`proxy-hpo run: expected exit code 0, got ${code}: ${stderr.slice(-2000)}`)
}

/** True when the run ended by itself before the kill. */
async function runAndKill(args: string[], afterMs: number): Promise<boolean> {
  const child = spawn(process.execPath, args, { stdio: 'ignore' })
  const timer = setTimeout(() => child.kill('SIGKILL'), afterMs)
  const signal = await new Promise<string | null>((resolve) => child.on('exit', (_code, name) => resolve(name)))
  clearTimeout(timer)
  return signal === null
}

async function compareRuns(calm: string, disturbed: string): Promise<string[]> {
  const [before, after] = [await readRun(calm), await readRun(disturbed)]
  const differences = after.finishedTwice.map((id) => `trial ${id} was finished more than once`)
  for (const [key, value] of Object.entries(before.trials)) {
    const other = after.trials[key]
    if (JSON.stringify(value) !== JSON.stringify(other)) {
      differences.push(`${key}: undisturbed ${JSON.stringify(value)}, disturbed ${JSON.stringify(other)}`)
    }
  }
  for (const key of Object.keys(after.trials))
    if (!(key in before.trials)) differences.push(`${key}: only in the disturbed run`)
  if (JSON.stringify(before.results) !== JSON.stringify(after.results)) differences.push('results.json differs')
  return differences
}

interface JournalTrial {
  study: string
  params: Record<string, number>
  values: unknown
  state: number
  steps: Record<string, number>
}

async function readRun(folder: string) {
  const lines = (await readFile(join(folder, 'journal.jsonl'), 'utf8')).trim().split('\n')
  const studies: string[] = []
  const trials: JournalTrial[] = []
  const finished = new Map<number, number>()
  for (const record of lines.map((line) => JSON.parse(line) as Record<string, never>)) {
    const trial = trials[record['trial_id']]
    if (record['op_code'] === 0) studies.push(record['study_name'])
    if (record['op_code'] === 4)
      trials.push({ study: studies[record['study_id']], params: {}, values: null, state: 0, steps: {} })
    if (record['op_code'] === 5) trial.params[record['param_name']] = record['param_value_internal']
    if (record['op_code'] === 7) trial.steps[record['step']] = record['intermediate_value']
    if (record['op_code'] === 6 && record['state'] !== 0) {
      trial.values = record['values']
      trial.state = record['state']
      finished.set(record['trial_id'], (finished.get(record['trial_id']) ?? 0) + 1)
    }
  }
  const counts: Record<string, number> = {}
  const named = trials.map((trial) => {
    const index = (counts[trial.study] = (counts[trial.study] ?? -1) + 1)
    return [`${trial.study} #${index}`, trial] as const
  })
  return {
    trials: Object.fromEntries(
      named.sort(([a], [b]) => a.localeCompare(b)).filter(([name]) => !name.startsWith('ladder/')),
    ),
    finishedTwice: [...finished].filter(([, count]) => count > 1).map(([id]) => id),
    results: withoutTimes(JSON.parse(await readFile(join(folder, 'results.json'), 'utf8'))),
  }
}

/** The results less everything measured in seconds, which no two runs share. */
function withoutTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTimes)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([key]) => !/seconds|speedup$/i.test(key))
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutTimes(inner)]))
}

async function countLines(path: string): Promise<number> {
  return readFile(path, 'utf8').then(
    (text) => text.split('\n').length - 1,
    () => 0, // killed before the journal existed
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { kills: { type: 'string', default: '20' }, seed: { type: 'string', default: '1' } },
  })
  const report = await chaos({ kills: Number(values.kills), seed: Number(values.seed) })
  report.kills.forEach(({ afterMs, journalLines }, index) =>
    console.log(`kill ${index + 1}: after ${afterMs} ms, ${journalLines} journal lines`),
  )
  console.log(`${report.kills.length} kills, ${report.starts} starts, ${report.differences.length} differences`)
  report.differences.forEach((difference) => console.log(difference))
  process.exitCode = report.differences.length === 0 ? 0 : 1
}
