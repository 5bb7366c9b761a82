/**
 * Part (c): opening a journal of many trials, in a process of its own on both sides.
 *
 * @module
 */
import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { operationToText, type Operation } from '@leanvox/hpo-search'
import { createRng } from '@leanvox/random'
import type { BenchContext, Row } from '../../tools/bench.ts'
import { median } from '../unet/median.ts'
import { askOptuna } from './peer.ts'

const opener = join(import.meta.dirname, 'open-journal.ts')

/** Seconds from the start of reading to all trials at hand; the median of three. */
export async function benchJournal({ python, log }: BenchContext, trials: number): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'hpo-bench-'))
  const path = join(folder, 'journal.jsonl')
  try {
    writeJournal(path, trials)
    const ours = median([0, 1, 2].map(() => openHere(path, trials)))
    log(`journal of ${trials} trials: ${ours.toFixed(2)} s`)
    const row: Row = { case: `journal, ${trials} trials`, metric: 'open [s]', ours }
    if (python === undefined) return [row]
    const times: number[] = []
    for (let run = 0; run < 3; run++) {
      for await (const { seconds } of askOptuna(python, { do: 'journal', path })) times.push(seconds as number)
    }
    return [{ ...row, peer: 'Optuna 5.0.0 JournalStorage', theirs: median(times) }]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function openHere(path: string, trials: number): number {
  const flags = ['--conditions=@leanvox/source', opener, path]
  const answer = JSON.parse(execFileSync(process.execPath, flags, { encoding: 'utf8' })) as Record<string, number>
  if (answer['trials'] !== trials)
    throw new Error(`hpo: expected ${trials} trials in the journal, got ${answer['trials']}`)
  return answer['seconds']
}

const distributions = {
  x: '{"name": "FloatDistribution", "attributes": {"step": null, "low": -5.0, "high": 10.0, "log": false}}',
  rate: '{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 0.1, "log": true}}',
  kind: '{"name": "CategoricalDistribution", "attributes": {"choices": ["a", "b", "c"]}}',
}

/** Five records a trial: made, three parameters, finished. */
function writeJournal(path: string, trials: number): void {
  const rng = createRng(1)
  const descriptor = openSync(path, 'w')
  const time = (seconds: number) =>
    `${new Date(Date.UTC(2026, 0, 1) + 1000 * seconds).toISOString().slice(0, 23)}000+00:00`
  const write = (operations: readonly object[]) => {
    const lines = operations.map((operation) =>
      operationToText({ ...operation, worker_id: 'leanvox-bench' } as Operation),
    )
    writeSync(descriptor, `${lines.join('\n')}\n`)
  }
  write([{ op_code: 0, study_name: 'big', directions: [1] }])
  for (let trial_id = 0; trial_id < trials; trial_id++) {
    const values = { x: rng.uniformIn(-5, 10), rate: rng.uniformIn(1e-5, 0.1), kind: rng.integer(3) }
    const params = Object.entries(values).map(([param_name, param_value_internal]) => {
      const distribution = distributions[param_name as keyof typeof values]
      return { op_code: 5, trial_id, param_name, param_value_internal, distribution }
    })
    const start = { op_code: 4, study_id: 0, datetime_start: time(trial_id) }
    const end = { op_code: 6, trial_id, state: 1, values: [rng.uniform()], datetime_complete: time(trial_id + 1) }
    write([start, ...params, end])
  }
  closeSync(descriptor)
}
