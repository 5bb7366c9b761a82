/**
 * One training run on several backends: the same seed, 200 steps, loss curves and final Dice beside those of tfjs's cpu
 * backend, whose plain JavaScript is the reference.
 *
 * The runs cannot be equal to the last digit: sums run in another order, and small differences grow while training. What
 * must agree is the curve and what was learned: smoothed losses within 0.01, Dice within 0.005, or the benchmark fails.
 * About ten minutes, nearly all of it on the cpu backend.
 *
 * @module
 */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

import type { BenchContext, Row } from '../tools/bench.ts'

interface Run {
  readonly losses: readonly number[]
  readonly dice: number
}

const tolerance = { loss: 0.01, dice: 0.005 }
const worker = join(import.meta.dirname, 'agreement', 'worker.ts')
const execute = promisify(execFile)

/** Trains on every backend in turn. */
export async function bench({ log }: BenchContext): Promise<Row[]> {
  const reference = await train('cpu', 'float32')
  log(`cpu: Dice ${reference.dice.toFixed(4)}, last loss ${reference.losses.at(-1)?.toFixed(4)}`)
  const rows: Row[] = []
  for (const [backend, precision] of [
    ['wasm', 'float32'],
    ['onednn', 'float32'],
    ['onednn', 'bfloat16'],
  ] as const) {
    const run = await train(backend, precision)
    const name = `${backend} ${precision}`
    const theirs = { peer: 'tfjs cpu', theirs: reference.dice }
    rows.push({ case: name, metric: 'Dice after 200 steps', ours: run.dice, ...theirs })
    const apart = distance(run, reference)
    rows.push({ case: name, metric: 'largest distance of smoothed loss curves', ours: apart })
    if (apart > tolerance.loss || Math.abs(run.dice - reference.dice) > tolerance.dice) {
      throw new Error(`agreement: expected ${name} to agree with cpu, got losses ${apart} apart and Dice ${run.dice}`)
    }
  }
  return rows
}

async function train(backend: string, precision: string): Promise<Run> {
  const words = ['--conditions=@leanvox/source', worker, backend, precision]
  const { stdout } = await execute(process.execPath, words, { maxBuffer: 2 ** 24 })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Run
}

// Means over ten steps: single steps see different patches and jump.
function distance(a: Run, b: Run): number {
  const smooth = ({ losses }: Run) =>
    Array.from({ length: losses.length / 10 }, (_, i) => losses.slice(i * 10, i * 10 + 10).reduce((s, v) => s + v) / 10)
  const [first, second] = [smooth(a), smooth(b)]
  return Math.max(...first.map((value, i) => Math.abs(value - second[i])))
}
