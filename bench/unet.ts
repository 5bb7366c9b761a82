/**
 * Training step, inference and peak memory of the reference U-Nets on the onednn backend, against PyTorch in the same
 * run, and beside tfjs-node and wasm.
 *
 * Ours and the peer are two processes that wait for each other: a few steps here, a few there, in turn, so that both see
 * the same machine. Times are medians. Threads of both follow OMP_NUM_THREADS. PyTorch runs channels first and channels
 * last at first and goes on with the faster of the two.
 *
 * @module
 */
import type { BenchContext, Row } from '../tools/bench.ts'
import { median } from './unet/median.ts'
import { openSession, type Session } from './unet/session.ts'
import { cases, type UNetCase } from './unet/cases.ts'

const rounds = 5
const stepsARound = 3

interface Measured {
  readonly step: number
  readonly inference: number
  readonly peakMemory: number
  /** Part of the training steps' time inside oneDNN's convolutions; ours only. */
  readonly convolutions?: number
  readonly label: string
  readonly parameters: number
}

/** All cases, or those that the environment variable UNET_CASES lists. */
export async function bench({ python, log }: BenchContext): Promise<Row[]> {
  const wanted = process.env['UNET_CASES']?.split(',')
  const rows: Row[] = []
  for (const unet of cases.filter(({ name }) => wanted?.includes(name) ?? true)) {
    log(`${unet.name} ...`)
    rows.push(...(await compare(unet, { python, log })))
  }
  return rows
}

async function compare(unet: UNetCase, { python, log }: BenchContext): Promise<Row[]> {
  const ours = await openSession({ kind: 'node', unet, backend: 'onednn' })
  const peer = python === undefined ? undefined : await openSession({ kind: 'python', python, unet })
  try {
    const [mine, theirs] = await measure([ours, ...(peer ? [peer] : [])])
    if (theirs && mine.parameters !== theirs.parameters) {
      throw new Error(`unet: expected a peer of ${mine.parameters} parameters, got ${theirs.parameters}`)
    }
    return [...rowsOf(unet, mine, theirs), ...(await otherBackends(unet, mine, log))]
  } finally {
    await Promise.all([ours.close(), peer?.close()])
  }
}

// Warm-up, then training, then inference; in turn.
async function measure(sessions: readonly Session[]): Promise<Measured[]> {
  const infos: Record<string, unknown>[] = []
  for (const session of sessions) infos.push(await session.ask({ do: 'prepare' }))
  const train = await inTurn(sessions, 'train')
  const peaks: Record<string, unknown>[] = []
  for (const session of sessions) peaks.push(await session.ask({ do: 'memory' }))
  const infer = await inTurn(sessions, 'infer')
  return sessions.map((_, i) => ({
    step: median(train[i].times),
    inference: median(infer[i].times),
    peakMemory: peaks[i].peak as number,
    convolutions: train[i].convolutions / train[i].times.reduce((sum, time) => sum + time, 0),
    label: infos[i].label as string,
    parameters: infos[i].parameters as number,
  }))
}

async function inTurn(
  sessions: readonly Session[],
  what: 'train' | 'infer',
): Promise<{ times: number[]; convolutions: number }[]> {
  const results = sessions.map(() => ({ times: [] as number[], convolutions: 0 }))
  for (const session of sessions) await session.ask({ do: what, steps: 2 })
  for (let round = 0; round < rounds; round++) {
    for (const [i, session] of sessions.entries()) {
      const { times, convolutions } = await session.ask({ do: what, steps: stepsARound })
      results[i].times.push(...(times as number[]))
      results[i].convolutions += (convolutions as number | undefined) ?? 0
    }
  }
  return results
}

function rowsOf({ name }: UNetCase, mine: Measured, theirs: Measured | undefined): Row[] {
  const row = (metric: string, key: 'step' | 'inference' | 'peakMemory'): Row => ({
    case: name,
    metric,
    ours: mine[key],
    ...(theirs && { peer: theirs.label, theirs: theirs[key] }),
  })
  return [
    row('training step [ms]', 'step'),
    row('inference [ms]', 'inference'),
    row('peak memory of training [MiB]', 'peakMemory'),
    { case: name, metric: 'share of the step in oneDNN convolutions', ours: mine.convolutions ?? 0 },
  ]
}

// The other CPU backends know float32 only, and are slow: a few steps.
async function otherBackends(unet: UNetCase, mine: Measured, log: (line: string) => void): Promise<Row[]> {
  if (unet.precision !== 'float32' || process.env['UNET_CASES'] !== undefined) return []
  const rows: Row[] = []
  for (const backend of ['tfjs-node', 'wasm'] as const) {
    const session = await openSession({ kind: 'node', unet, backend })
    try {
      const { label, failure } = await session.ask({ do: 'prepare' })
      if (failure !== undefined) {
        log(`${backend} is left out: ${failure as string}`)
        continue
      }
      await session.ask({ do: 'train', steps: 1 })
      const { times } = await session.ask({ do: 'train', steps: 3 })
      const theirs = median(times as number[])
      rows.push({ case: unet.name, metric: 'training step [ms]', ours: mine.step, peer: label as string, theirs })
    } finally {
      await session.close()
    }
  }
  return rows
}
