/**
 * Memory over 10,000 training steps on the native backend: what the process and its tensors hold in the last tenth of
 * the steps beside the third tenth, when code is compiled and heaps have their size. Flat means a ratio of one. Garbage
 * is collected before each look.
 *
 * Each precision has a process and a thread of its own. `LEANVOX_SOAK_STEPS` sets another number of steps. Some minutes.
 *
 * @module
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

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

/** Trains in both precisions at once. */
export async function bench({ log }: BenchContext): Promise<Row[]> {
  const runs = (['float32', 'bfloat16'] as const).map(async (precision) =>
    compare(precision, await soak(precision, log)),
  )
  return (await Promise.all(runs)).flat()
}

async function soak(precision: string, log: BenchContext['log']): Promise<Sample[]> {
  const words = ['--conditions=@leanvox/source', '--expose-gc', worker, JSON.stringify({ steps, precision })]
  const env = { ...process.env, OMP_NUM_THREADS: '1' }
  const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const samples: Sample[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    const sample = JSON.parse(line) as Sample
    samples.push(sample)
    if (sample.step % (steps / 10) === 0) log(`${precision} ${line}`)
  }
  if (samples.at(-1)?.step !== steps) throw new Error(`soak: expected ${steps} steps, got ${samples.at(-1)?.step ?? 0}`)
  return samples
}

function compare(precision: string, samples: readonly Sample[]): Row[] {
  const tenth = samples.length / 10
  const name = `${steps} steps, ${precision}`
  const row = (what: string, of: (sample: Sample) => number): Row => ({
    case: name,
    metric: `${what}, last tenth`,
    ours: median(samples.slice(-tenth).map(of)),
    peer: 'third tenth',
    theirs: median(samples.slice(2 * tenth, 3 * tenth).map(of)),
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
