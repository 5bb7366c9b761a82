/**
 * How close 1, 2, 4 and 8 workers come to running trials that only wait at full speed, and what the queue costs a trial.
 *
 * Efficiency is trials × length / workers over the time from the first trial's start to the last one's end, with all
 * workers signed on before. Overhead is what is left, per trial. The last row has trials of no length in eight slots:
 * how fast the whole way through journal, queue, worker and back can be gone. PostgreSQL, the server and all workers
 * share this machine. `LEANVOX_SCALING_SECONDS` sets another length of a trial. About three minutes.
 *
 * @module
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { openDatabase, serveStudy, type Database } from '@leanvox/hpo-cluster'
import { startPostgres } from '@leanvox/hpo-cluster/testing'
import { randomSampler } from '@leanvox/hpo-search'

import type { BenchContext, Row } from '../tools/bench.ts'

const script = join(import.meta.dirname, 'cluster', 'worker.ts')
const module = new URL('./cluster/objective.ts', import.meta.url).href
const trialSeconds = Number(process.env['LEANVOX_SCALING_SECONDS'] ?? 4)
const rounds = 6

/** Measures each number of workers on a PostgreSQL of its own. */
export async function bench({ log }: BenchContext): Promise<Row[]> {
  const rows: Row[] = []
  for (const workers of [1, 2, 4, 8]) {
    const seconds = await measure({ workers, slots: 1, trials: rounds * workers, trialMs: trialSeconds * 1000 })
    const name = `${workers} worker${workers === 1 ? '' : 's'}, ${rounds * workers} trials of ${trialSeconds} s`
    const overhead = ((seconds - rounds * trialSeconds) * workers * 1000) / (rounds * workers)
    rows.push({ case: name, metric: 'efficiency', ours: (rounds * trialSeconds) / seconds })
    rows.push({ case: name, metric: 'overhead per trial [ms]', ours: overhead })
    log(`${name}: ${seconds.toFixed(2)} s`)
  }
  const trials = 200
  const seconds = await measure({ workers: 1, slots: 8, trials, trialMs: 0 })
  rows.push({
    case: `1 worker of 8 slots, ${trials} trials of 0 s`,
    metric: 'time per trial [ms]',
    ours: (seconds * 1000) / trials,
  })
  return rows
}

interface Setting {
  readonly workers: number
  readonly slots: number
  readonly trials: number
  readonly trialMs: number
}

/** Seconds from the first trial's start to the last one's end. */
async function measure({ workers, slots, trials, trialMs }: Setting): Promise<number> {
  const postgres = await startPostgres()
  const crew = Array.from({ length: workers }, () => startWorker({ database: postgres.url, slots }))
  const database = await openDatabase(postgres.url)
  try {
    await untilSignedOn(database, workers)
    let [first, last] = [Infinity, 0]
    await serveStudy({
      ...{ name: 'scaling', database, trials, sampler: randomSampler({ seed: 1 }) },
      space: { x: { type: 'float', low: 0, high: 1 } },
      task: { module, isolation: 'in-process', payload: { trialMs } },
      onEvent({ kind }) {
        if (kind === 'trial-start') first = Math.min(first, performance.now())
        if (kind === 'trial-end') last = performance.now()
      },
    })
    return (last - first) / 1000
  } finally {
    for (const worker of crew) worker.kill('SIGKILL')
    await database.close()
    await postgres.remove()
  }
}

function startWorker(options: { database: string; slots: number }): ChildProcess {
  const words = ['--conditions=@leanvox/source', script, JSON.stringify(options)]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'inherit'] })
  void once(child, 'exit').then(([code]) => {
    if (code !== null && code !== 0)
      throw new Error(`cluster-scaling: expected a worker to go on, got exit code ${code}`)
  })
  return child
}

async function untilSignedOn(database: Database, count: number): Promise<void> {
  for (;;) {
    const rows = await database.query('SELECT FROM leanvox.worker')
    if (rows.length === count) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
