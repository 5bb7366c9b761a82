/**
 * Training-step times of the reference U-Nets on every backend that loads, and the convolutions of the wasm backend
 * against its stock kernels.
 *
 * Every backend runs in a process of its own. The reference networks have two convolutions with instance norm and leaky
 * ReLU a level; a step is forward, soft Dice, backward and Adam. Slow backends run smaller inputs, and the case says so.
 *
 * @module
 */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { backendNames } from '@leanvox/engine'

import type { BenchContext, Row } from '../tools/bench.ts'

interface StepCase {
  readonly dimensions: 2 | 3
  readonly size: number
  readonly batch: number
  readonly steps: number
}

interface Measured {
  readonly failure?: string
  readonly why?: string
  readonly steps?: number[]
  readonly convs?: { readonly name: string; readonly gigaflop: number; readonly ours: number; readonly stock: number }[]
}

const full: readonly StepCase[] = [
  { dimensions: 3, size: 64, batch: 1, steps: 3 },
  { dimensions: 2, size: 128, batch: 8, steps: 3 },
]
const small: readonly StepCase[] = [
  { dimensions: 3, size: 16, batch: 1, steps: 1 },
  { dimensions: 2, size: 16, batch: 1, steps: 1 },
]
const worker = join(import.meta.dirname, 'engine', 'measure.ts')
const peer = join(import.meta.dirname, 'peers', 'unet_step.py')
const run = promisify(execFile)

/** Measures everything; about three minutes on two cores. */
export async function bench({ python, log }: BenchContext): Promise<Row[]> {
  const rows: Row[] = []
  for (const backend of backendNames) {
    const { failure, steps = [], why } = await measure({ backend, steps: backend === 'cpu' ? small : full })
    log(failure === undefined ? String(why) : `${backend} is left out: ${failure}`)
    for (const [index, milliseconds] of steps.entries()) {
      const sizes = (backend === 'cpu' ? small : full)[index]
      rows.push({
        case: `${backend}, ${nameOf(sizes)}`,
        metric: 'step time [ms]',
        ours: milliseconds,
        ...(await torchPeer(python, { sizes, backend })),
      })
    }
  }
  const { convs = [] } = await measure({ backend: 'wasm', convs: true })
  for (const { name, gigaflop, ours, stock } of convs) {
    rows.push({
      case: name,
      metric: 'speed [GFLOP/s]',
      ours: gigaflop / (ours / 1000),
      peer: 'stock wasm kernel',
      theirs: gigaflop / (stock / 1000),
    })
  }
  return rows
}

function nameOf({ dimensions, size, batch }: StepCase): string {
  const channels = dimensions === 3 ? '16-32-64-128' : '32-64-128-256'
  return `U-Net ${dimensions}D ${channels}, ${Array.from({ length: dimensions }, () => size).join('x')}, batch ${batch}`
}

async function measure(task: { backend: string; steps?: readonly StepCase[]; convs?: boolean }): Promise<Measured> {
  const { stdout } = await run(process.execPath, ['--conditions=@leanvox/source', worker, JSON.stringify(task)], {
    maxBuffer: 2 ** 24,
  })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as Measured
}

// PyTorch has no backends to match cpu's small sizes against: one row a network is enough.
async function torchPeer(
  python: string | undefined,
  { sizes, backend }: { sizes: StepCase; backend: string },
): Promise<{ peer?: string; theirs?: number }> {
  if (python === undefined || backend === 'cpu') return {}
  const { stdout } = await run(python, [peer, JSON.stringify(sizes)])
  const { version, milliseconds } = JSON.parse(stdout) as { version: string; milliseconds: number }
  return { peer: `PyTorch ${version} float32`, theirs: milliseconds }
}
