/**
 * Surface metrics, distance transform and resampling against numpy and scipy.ndimage, on one thread each, in the same run.
 *
 * Both read the same masks from files and take turns. Surface metrics: HD95, ASSD and NSD at 2 mm by surface elements,
 * the algorithm of DeepMind's surface-distance, whose values must agree to 1e-6. Distance transform and resampling run
 * on the box of the liver with a margin. Times are medians; reading the files is not counted.
 *
 * @module
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { averageSurfaceDistance, directedAverages, hd95, surfaceDice, surfaceDistances } from '@leanvox/metrics'
import { connectedComponents, createVolume, crop, distanceTransform, foregroundBox, resample } from '@leanvox/volume'
import type { BenchContext, Row } from '../tools/bench.ts'
import { maskCase, maskPair } from './metrics/cases.ts'
import { openPeer, type Peer } from './metrics/peer.ts'
import { median } from './unet/median.ts'

const rounds = Number(process.env['METRICS_ROUNDS'] ?? 3)
const toleranceMm = 2

interface Task {
  readonly name: string
  readonly peer: string
  /** Runs once and returns what both must agree on. */
  readonly run: () => readonly number[]
}

export async function bench({ python, log }: BenchContext): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'leanvox-metrics-'))
  const one = maskCase()
  const pair = maskPair(one)
  const tasks = [...surfaceTasks(one, pair), ...volumeTasks(one, pair.reference)]
  writeFileSync(join(folder, 'prediction.bin'), pair.prediction)
  writeFileSync(join(folder, 'reference.bin'), pair.reference)
  const peer = python === undefined ? undefined : await openPeer(python, { ...one, folder, toleranceMm })
  try {
    const rows: Row[] = []
    for (const task of tasks) {
      log(`${task.name} ...`)
      rows.push(await measure(task, { peer, size: one.shape.join('x') }))
    }
    return rows
  } finally {
    await peer?.close()
    rmSync(folder, { recursive: true })
  }
}

function surfaceTasks(one: ReturnType<typeof maskCase>, pair: ReturnType<typeof maskPair>): Task[] {
  const run = (): number[] => {
    const distances = surfaceDistances(pair, { ...one, boundary: 'surface-element' })
    const { predictionToReference, referenceToPrediction } = directedAverages(distances)
    void averageSurfaceDistance(distances)
    return [hd95(distances), predictionToReference, referenceToPrediction, surfaceDice(distances, { toleranceMm })]
  }
  return [{ name: 'HD95 + ASSD + NSD', peer: 'surface-distance in scipy', run }]
}

function volumeTasks(one: ReturnType<typeof maskCase>, mask: Uint8Array): Task[] {
  const whole = createVolume({ data: mask, shape: one.shape, spacing: one.spacing })
  const liver = crop(whole, foregroundBox(whole, { margin: 4 }))
  const image = { ...liver, data: Int16Array.from(liver.data, (bit, i) => bit * 100 + (i % 50)) }
  const [dz, dy, dx] = one.spacing
  const spacing = [1.45 * dz, 1.23 * dy, 1.23 * dx] as const
  const turn = 0.1
  const a = liver.affine
  // Turned about z by 0.1 rad: no axis is parallel to the input's.
  const affine = [
    ...[Math.cos(turn) * a[0], -Math.sin(turn) * a[5], 0.02, a[3]],
    ...[Math.sin(turn) * a[0], Math.cos(turn) * a[5], 0.02, a[7]],
    ...[0.02, 0.02, a[10], a[11]],
    ...[0, 0, 0, 1],
  ]
  const sum = (data: ArrayLike<number>): number[] => {
    let total = 0
    for (let i = 0; i < data.length; i++) total += data[i]
    return [total / data.length]
  }
  const sampled = (interpolation: 'linear' | 'cubic' | 'nearest') => (): number[] =>
    sum(resample(image, { spacing, interpolation }).data)
  return [
    { name: 'distance transform', peer: 'scipy.ndimage', run: () => sum(distanceTransform(liver)) },
    { name: 'resampling, linear', peer: 'scipy.ndimage', run: sampled('linear') },
    { name: 'resampling, cubic', peer: 'scipy.ndimage', run: sampled('cubic') },
    { name: 'resampling, nearest', peer: 'scipy.ndimage', run: sampled('nearest') },
    {
      name: 'resampling, linear, oblique',
      peer: 'scipy.ndimage',
      run: () => sum(resample(image, { shape: liver.shape, affine }).data),
    },
    { name: 'connected components', peer: 'scipy.ndimage', run: () => [connectedComponents(liver).count] },
  ]
}

async function measure(
  { name, peer: label, run }: Task,
  { peer, size }: { peer: Peer | undefined; size: string },
): Promise<Row> {
  const ours: number[] = []
  const theirs: number[] = []
  run()
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    const values = run()
    ours.push(performance.now() - start)
    if (!peer) continue
    const answer = await peer.ask(name)
    theirs.push(answer.milliseconds)
    requireAgreement(name, values, answer.values)
  }
  const row = { case: size, metric: `${name} [ms]`, ours: median(ours) }
  return peer ? { ...row, peer: label, theirs: median(theirs) } : row
}

function requireAgreement(name: string, ours: readonly number[], theirs: readonly number[]): void {
  const agrees = ours.every((value, i) => Math.abs(value - theirs[i]) <= 1e-6 * Math.max(1, Math.abs(theirs[i])))
  if (!agrees || ours.length !== theirs.length) {
    throw new Error(`metrics: expected ${name} of ${theirs.join(', ')} as the peer's, got ${ours.join(', ')}`)
  }
}
