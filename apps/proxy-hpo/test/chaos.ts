/**
 * Kills the app with SIGKILL at random moments until it is done, then compares its run with an undisturbed one.
 *
 * `node --conditions=@leanvox/source apps/proxy-hpo/test/chaos.ts --kills 20 --seed 1` prints a table of the kills and
 * fails when a trial is missing, was finished twice, or differs from the undisturbed run's; `--to <path>` writes the
 * same as `<path>.md` and `<path>.json`. Moments are drawn over the whole of the undisturbed run: a moment is a number of
 * journal lines and the milliseconds after the last of them, so that kills fall into every stage however busy the
 * machine is. The first one falls before the first line, the last one after the last.
 *
 * @module
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { writeJson } from '@leanvox/files'
import { createRng, type Rng } from '@leanvox/random'
import { writePhantomData } from '../src/phantom-data.ts'
import { writeChaosPage } from './chaos-page.ts'
import { compareRuns, countProgress, readJournal, type JournalFacts } from './compare-runs.ts'
import { childrenOf, isAlive, runApp, sleep, startApp } from './run-app.ts'

/** A search of all four arms that takes about a minute of one core. */
export const CHAOS_CONFIG = {
  seed: 3,
  backend: 'wasm',
  preprocessing: { intensity: { kind: 'window', low: -120, high: 240 } },
  network: { levels: 2, channels: [4, 8], residualUnits: 0, convsPerLevel: 1 },
  proxyNetwork: { channels: 0.5 },
  training: { epochs: 4, finalEpochs: 4, patchSize: [16, 16, 16], patchesPerCase: 4, validateEvery: 1 },
  search: {
    trials: 3,
    startupTrials: 2,
    pruner: 'successive-halving',
    space: {
      learningRate: { type: 'float', low: 3e-3, high: 3e-2, log: true },
      augmentationProbability: { type: 'float', low: 0, high: 0.8 },
    },
  },
  correlation: { settings: 2, randomSubsets: 1 },
  execution: { workers: 2 },
}

/** How a run is disturbed. */
export interface ChaosOptions {
  readonly kills: number
  readonly seed: number
  readonly config?: object
}

/** One kill: when, and what the journal held. */
export interface Kill {
  /** Milliseconds after this start of the app. */
  readonly afterMs: number
  readonly stage: string
  readonly journalLines: number
  readonly finishedTrials: number
  /** Children that the killed process left behind. */
  readonly orphans: number
}

/** What the chaos did and what it left. */
export interface ChaosReport {
  readonly kills: readonly Kill[]
  readonly trials: number
  readonly undisturbedSeconds: number
  readonly disturbedSeconds: number
  /** Longest time that a child outlived its killed parent. */
  readonly longestOrphanSeconds: number
  readonly differences: readonly string[]
}

/** Runs a small search twice, once in peace and once under `kills` kills. */
export async function chaos({ kills, seed, config = CHAOS_CONFIG }: ChaosOptions): Promise<ChaosReport> {
  const folder = await mkdtemp(join(tmpdir(), 'leanvox-chaos-'))
  const data = await writePhantomData(join(folder, 'data'), { seed: 3, cases: 8, externalCases: 2 })
  await writeJson(join(folder, 'config.json'), config)
  const commandOf = (out: string) => [
    ...['run', '--data', data.data, '--external', data.external],
    ...['--config', join(folder, 'config.json'), '--out', join(folder, out)],
  ]
  const calm = await watchedRun(commandOf('calm'), join(folder, 'calm'))
  const started = performance.now()
  const log: Kill[] = []
  const orphans: Promise<number>[] = []
  for (const moment of drawMoments(calm, { kills, rng: createRng(seed) })) {
    const { kill, children } = await killAt(moment, {
      args: commandOf('disturbed'),
      out: join(folder, 'disturbed'),
      calm,
    })
    log.push(kill)
    orphans.push(...children.map(secondsUntilGone))
  }
  await runToEnd(commandOf('disturbed'))
  const disturbedSeconds = (performance.now() - started) / 1000
  const differences = await compareRuns(join(folder, 'calm'), join(folder, 'disturbed'))
  if (differences.length === 0) await rm(folder, { recursive: true })
  else differences.push(`(the runs are kept in ${folder})`)
  return {
    kills: log,
    trials: calm.trials,
    undisturbedSeconds: calm.milliseconds / 1000,
    disturbedSeconds,
    longestOrphanSeconds: Math.max(0, ...(await Promise.all(orphans))),
    differences,
  }
}

/** The undisturbed run: when its journal had how many lines. */
interface CalmRun {
  readonly milliseconds: number
  readonly trials: number
  /** The first moment at which the journal was seen with each number of lines, `[0, 0]` first. */
  readonly growth: readonly (readonly [milliseconds: number, lines: number])[]
}

interface Moment {
  readonly lines: number
  readonly delayMs: number
}

async function watchedRun(args: readonly string[], out: string): Promise<CalmRun> {
  const started = performance.now()
  const growth: [number, number][] = [[0, 0]]
  let going = true
  const run = runToEnd(args).finally(() => (going = false))
  while (going) {
    await Promise.race([sleep(20), run])
    const lines = countProgress(join(out, 'journal.jsonl'))
    if (lines > growth.at(-1)![1]) growth.push([performance.now() - started, lines])
  }
  await run
  const { finishedBy } = await readJournal(join(out, 'journal.jsonl'))
  return { milliseconds: performance.now() - started, trials: finishedBy.size, growth }
}

/** One moment before the first line, one after the last, the others one in each equal share of the time between. */
function drawMoments({ milliseconds, growth }: CalmRun, { kills, rng }: { kills: number; rng: Rng }): Moment[] {
  const [first, last] = [growth[1][0], growth.at(-1)![0]]
  const between = Math.max(0, kills - 2)
  const times = [
    rng.uniformIn(0, first),
    ...Array.from({ length: between }, (_, k) => first + ((k + rng.uniformIn(0, 1)) / between) * (last - first)),
    rng.uniformIn(last, milliseconds),
  ].slice(0, kills)
  return times.map((time) => {
    const [reachedAt, lines] = growth.findLast(([at]) => at <= time)!
    return { lines, delayMs: time - reachedAt }
  })
}

interface Killing {
  readonly args: readonly string[]
  readonly out: string
  readonly calm: CalmRun
}

/** Starts the app and kills it at the moment; a run that ends before is started again and killed sooner. */
async function killAt(moment: Moment, killing: Killing): Promise<{ kill: Kill; children: number[] }> {
  const { args, out, calm } = killing
  const journal = join(out, 'journal.jsonl')
  const started = performance.now()
  const app = startApp(args)
  let exited = false
  const ended = app.ended.finally(() => (exited = true))
  while (!exited && countProgress(journal) < moment.lines) await Promise.race([sleep(20), ended])
  // On a machine that is faster now the next line may come first: then it is time.
  const seen = countProgress(journal)
  const until = performance.now() + moment.delayMs
  while (!exited && performance.now() < until && countProgress(journal) === seen)
    await Promise.race([sleep(Math.max(0, Math.min(20, until - performance.now()))), ended])
  const children = childrenOf(app.process.pid!)
  const afterMs = Math.round(performance.now() - started)
  app.process.kill('SIGKILL')
  const { signal, code, stderr } = await ended
  if (signal === null && code !== 0) throw new Error(`proxy-hpo run: expected exit code 0, got ${code}: ${stderr}`)
  if (signal === null) return killAt({ ...moment, delayMs: moment.delayMs / 2 }, killing)
  const facts = await readJournal(journal)
  const finishedTrials = facts.finishedBy.size
  const stage = stageOf(facts, calm.trials)
  return { kill: { afterMs, stage, journalLines: facts.lines, finishedTrials, orphans: children.length }, children }
}

const STAGES: Readonly<Record<string, string>> = { ladder: 'step times', final: 'final trainings' }

function stageOf({ lines, finishedBy, running }: JournalFacts, trials: number): string {
  if (lines === 0) return 'preparation'
  if (finishedBy.size === trials) return 'report'
  const stages = [...new Set(running.map((study) => study.split('/')[0]).map((name) => STAGES[name] ?? name))]
  return stages.length === 0 ? 'between trials' : stages.join(', ')
}

async function secondsUntilGone(pid: number): Promise<number> {
  const started = performance.now()
  while (isAlive(pid)) {
    if (performance.now() - started > 120_000)
      throw new Error(`expected child ${pid} to end after its parent was killed`)
    await sleep(20)
  }
  return (performance.now() - started) / 1000
}

async function runToEnd(args: readonly string[]): Promise<void> {
  const { code, stderr } = await runApp(args)
  if (code !== 0) throw new Error(`proxy-hpo run: expected exit code 0, got ${code}: ${stderr.slice(-2000)}`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      to: { type: 'string' },
    },
  })
  const options = { kills: Number(values.kills), seed: Number(values.seed) }
  const report = await chaos(options)
  const text = await writeChaosPage(report, { ...options, ...(values.to === undefined ? {} : { to: values.to }) })
  process.stdout.write(text)
  process.exitCode = report.differences.length === 0 ? 0 : 1
}
