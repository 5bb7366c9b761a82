/**
 * Surface metrics, distance transform and resampling against numpy and scipy.ndimage in the same run. Both sides use one
 * thread, save for the rows that name more: there ours uses the threads of `volumeWorkers`, on voxels that lie in shared
 * memory, and the peer still one.
 *
 * Both read the same masks from files and take turns. Surface metrics: HD95, ASSD and NSD at 2 mm by surface elements,
 * the algorithm of DeepMind's surface-distance, whose values must agree to 1e-6; once as its package sorts (a list of
 * pairs), once sorted by numpy, which is faster. Distance transform and resampling run on the box of the liver with a
 * margin. Times are medians; reading the files and comparing results is not counted.
 *
 * @module
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { averageSurfaceDistance, directedAverages, hd95, surfaceDice, surfaceDistances } from '@leanvox/metrics'
import {
  connectedComponents,
  createVolume,
  crop,
  distanceTransform,
  foregroundBox,
  resample,
  type Affine,
  type Volume,
} from '@leanvox/volume'
import { volumeWorkers, type VolumeWorkers } from '@leanvox/volume/node'
import type { BenchContext, Row } from '../tools/bench.ts'
import { maskCase, maskPair } from './metrics/cases.ts'
import { openPeer, type Peer } from './metrics/peer.ts'
import { median } from './unet/median.ts'

const rounds = Number(process.env['METRICS_ROUNDS'] ?? 5)
/** `METRICS_TASKS=transform` measures only the tasks whose names have that in them. */
const only = process.env['METRICS_TASKS'] ?? ''
const toleranceMm = 2

interface Task {
  readonly name: string
  readonly peer: string
  /** The peer's name of the task; default `name`. */
  readonly asks?: string
  readonly run: () => unknown
  /** What both must agree on. */
  readonly check: (result: never) => readonly number[]
}

type Case = ReturnType<typeof maskCase>

export async function bench({ python, log }: BenchContext): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'leanvox-metrics-'))
  const one = maskCase()
  const pair = maskPair(one)
  writeFileSync(join(folder, 'prediction.bin'), pair.prediction)
  writeFileSync(join(folder, 'reference.bin'), pair.reference)
  const peer = python === undefined ? undefined : await openPeer(python, { ...one, folder, toleranceMm })
  const workers = volumeWorkers({ threads: Math.max(2, availableParallelism()) })
  try {
    const rows: Row[] = []
    for (const task of [...surfaceTasks(one, pair), ...volumeTasks({ one, mask: pair.reference, workers })]) {
      if (!task.name.includes(only)) continue
      log(`${task.name} ...`)
      rows.push(await measure(task, { peer, size: one.shape.join('x') }))
    }
    return rows
  } finally {
    await workers.close()
    await peer?.close()
    rmSync(folder, { recursive: true })
  }
}

function surfaceTasks(one: Case, pair: ReturnType<typeof maskPair>): Task[] {
  const run = (): number[] => {
    const distances = surfaceDistances(pair, { ...one, boundary: 'surface-element' })
    const { predictionToReference, referenceToPrediction } = directedAverages(distances)
    void averageSurfaceDistance(distances)
    return [hd95(distances), predictionToReference, referenceToPrediction, surfaceDice(distances, { toleranceMm })]
  }
  const task = { peer: 'surface-distance in scipy', run, check: (values: readonly number[]) => values }
  return [
    { ...task, name: 'HD95 + ASSD + NSD' },
    { ...task, name: 'HD95 + ASSD + NSD, sorted by numpy' },
  ]
}

function volumeTasks({ one, mask, workers }: { one: Case; mask: Uint8Array; workers: VolumeWorkers }): Task[] {
  const whole = createVolume({ data: mask, shape: one.shape, spacing: one.spacing })
  const liver = crop(whole, foregroundBox(whole, { margin: 4 }))
  const image = { ...liver, data: Int16Array.from(liver.data, (bit, i) => bit * 100 + (i % 50)) }
  const sharedLiver = { ...liver, data: shared(liver.data, Uint8Array) }
  const sharedImage = { ...image, data: shared(image.data, Int16Array) }
  const [dz, dy, dx] = one.spacing
  const spacing = [1.45 * dz, 1.23 * dy, 1.23 * dx] as const
  const peer = 'scipy.ndimage'
  const threads = `${workers.threads} threads`
  const sampling = (interpolation: 'linear' | 'cubic' | 'nearest'): Task[] => {
    const name = `resampling, ${interpolation}`
    const task = { peer, asks: name, check: ({ data }: Volume) => meanOf(data) }
    return [
      { ...task, name, run: () => resample(image, { spacing, interpolation }) },
      { ...task, name: `${name}, ${threads}`, run: () => workers.resample(sharedImage, { spacing, interpolation }) },
    ]
  }
  const transform = { peer, asks: 'distance transform', check: meanOf }
  const oblique = { shape: liver.shape, affine: turned(liver.affine) }
  return [
    { ...transform, name: 'distance transform', run: () => distanceTransform(liver) },
    { ...transform, name: `distance transform, ${threads}`, run: () => workers.distanceTransform(sharedLiver) },
    ...sampling('linear'),
    ...sampling('cubic'),
    ...sampling('nearest'),
    {
      name: 'resampling, linear, oblique',
      peer,
      run: () => resample(image, oblique),
      check: ({ data }: Volume) => meanOf(data),
    },
    {
      name: 'connected components',
      peer,
      run: () => connectedComponents(liver).count,
      check: (count: number) => [count],
    },
  ]
}

function shared<D extends Uint8Array | Int16Array>(data: D, Kind: new (buffer: SharedArrayBuffer) => D): D {
  const copy = new Kind(new SharedArrayBuffer(data.byteLength))
  copy.set(data)
  return copy
}

/** Turned about z by 0.1 rad and tilted a little: no axis is parallel to the input's. */
function turned(a: Affine): Affine {
  const turn = 0.1
  return [
    ...[Math.cos(turn) * a[0], -Math.sin(turn) * a[5], 0.02, a[3]],
    ...[Math.sin(turn) * a[0], Math.cos(turn) * a[5], 0.02, a[7]],
    ...[0.02, 0.02, a[10], a[11]],
    ...[0, 0, 0, 1],
  ]
}

function meanOf(data: ArrayLike<number>): number[] {
  let total = 0
  for (let i = 0; i < data.length; i++) total += data[i]
  return [total / data.length]
}

async function measure(task: Task, { peer, size }: { peer: Peer | undefined; size: string }): Promise<Row> {
  const { name, asks = name, run, check } = task
  const ours: number[] = []
  const theirs: number[] = []
  await run()
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    const result = await run()
    ours.push(performance.now() - start)
    if (!peer) continue
    const answer = await peer.ask(asks)
    theirs.push(answer.milliseconds)
    requireAgreement(name, check(result as never), answer.values)
  }
  const row = { case: size, metric: `${name} [ms]`, ours: median(ours) }
  return peer ? { ...row, peer: task.peer, theirs: median(theirs) } : row
}

function requireAgreement(name: string, ours: readonly number[], theirs: readonly number[]): void {
  const agrees = ours.every((value, i) => Math.abs(value - theirs[i]) <= 1e-6 * Math.max(1, Math.abs(theirs[i])))
  if (!agrees || ours.length !== theirs.length) {
    throw new Error(`metrics: expected ${name} of ${theirs.join(', ')} as the peer's, got ${ours.join(', ')}`)
  }
}
