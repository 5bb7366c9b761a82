/**
 * Memory over 10,000 training steps on the native backend: what the process and its tensors hold in the last thousand
 * steps beside the first thousand. Flat means a ratio of one.
 *
 * `LEANVOX_SOAK_STEPS` sets another number of steps. Ten minutes or so.
 *
 * @module
 */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

import type { BenchContext, Row } from '../tools/bench.ts'

interface Sample {
  readonly step: number
  readonly loss: number
  readonly resident: number
  readonly tensors: number
  readonly usedBytes: number
  readonly freeBytes: number
}

const worker = join(import.meta.dirname, 'soak', 'worker.ts')
const steps = Number(process.env['LEANVOX_SOAK_STEPS'] ?? 10_000)
const mebi = 2 ** 20

/** Trains in each precision in a process of its own. */
export async function bench({ log }: BenchContext): Promise<Row[]> {
  const rows: Row[] = []
  for (const precision of ['float32', 'bfloat16'] as const) {
    const samples = await soak(precision)
    for (const sample of samples.filter(({ step }) => step % (steps / 10) === 0)) log(JSON.stringify(sample))
    rows.push(...compare(precision, samples))
  }
  return rows
}

async function soak(precision: string): Promise<Sample[]> {
  const words = ['--conditions=@leanvox/source', worker, JSON.stringify({ steps, precision })]
  const { stdout } = await promisify(execFile)(process.execPath, words, { maxBuffer: 2 ** 26 })
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Sample)
}

function compare(precision: string, samples: readonly Sample[]): Row[] {
  const tenth = samples.length / 10
  const name = `${steps} steps, ${precision}`
  const row = (what: string, of: (sample: Sample) => number): Row => ({
    case: name,
    metric: `${what}, last tenth`,
    ours: median(samples.slice(-tenth).map(of)),
    peer: 'first tenth',
    theirs: median(samples.slice(0, tenth).map(of)),
  })
  return [
    row('resident memory [MiB]', ({ resident }) => resident / mebi),
    row('tensors', ({ tensors }) => tensors),
    row('memory of tensors [MiB]', ({ usedBytes }) => usedBytes / mebi),
    row('memory waiting in the pool [MiB]', ({ freeBytes }) => freeBytes / mebi),
    row('loss', ({ loss }) => loss),
  ]
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
