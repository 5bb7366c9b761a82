/**
 * Reading whole images: time and peak memory of a process that reads one file (or series) once, against nibabel and pydicom.
 *
 * Ours is the package as it is published, built first. Ours and the peer run in turn, each time in a fresh process, five times; times are medians of the reading alone (after the
 * imports), memory is the largest peak of the whole process. Both print a checksum of the voxels, which must agree.
 * `IO_SHAPE=depth,height,width` makes the images smaller, `IO_CASES=a,b` picks some of them, `IO_ROUNDS=n` repeats less.
 *
 * @module
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchContext, Row } from '../tools/bench.ts'
import { ioCases, type IoCase } from './io/cases.ts'
import { median } from './unet/median.ts'

const rounds = Number(process.env['IO_ROUNDS'] ?? 5)

interface Reading {
  readonly milliseconds: number
  readonly peakMiB: number
  readonly checksum: number
  /** What the reader made, in bytes. */
  readonly decodedBytes: number
  readonly reader: string
}

export async function bench({ python, log }: BenchContext): Promise<Row[]> {
  const wanted = process.env['IO_CASES']?.split(',')
  const shape = (process.env['IO_SHAPE'] ?? '300,512,512').split(',').map(Number) as [number, number, number]
  const folder = join(tmpdir(), 'leanvox-bench-io')
  mkdirSync(folder, { recursive: true })
  build()
  const rows: Row[] = []
  for (const one of (await ioCases()).filter(({ kind }) => wanted?.includes(kind) ?? true)) {
    log(`${one.kind} ...`)
    const path = await one.make(folder, shape)
    rows.push(...compare(one, path, python))
  }
  return rows
}

function compare({ kind, name }: IoCase, path: string, python: string | undefined): Row[] {
  const [ours, theirs]: [Reading[], Reading[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    ours.push(read([process.execPath, script('io/read.mjs'), kind, path]))
    if (python !== undefined) theirs.push(read([python, script('peers/io_read.py'), kind, path]))
  }
  const checksums = new Set([...ours, ...theirs].map(({ checksum }) => checksum))
  if (checksums.size > 1) throw new Error(`io: expected one checksum for ${kind}, got ${[...checksums].join(', ')}`)
  const [peer] = theirs
  const beside = (metric: string, of: (readings: readonly Reading[]) => number): Row => ({
    case: name,
    metric,
    ours: of(ours),
    ...(peer && { peer: peer.reader, theirs: of(theirs) }),
  })
  const time = (readings: readonly Reading[]) => median(readings.map(({ milliseconds }) => milliseconds))
  const peak = (readings: readonly Reading[]) => Math.max(...readings.map(({ peakMiB }) => peakMiB))
  return [
    beside('reading [ms]', time),
    beside('peak memory of the process [MiB]', peak),
    { case: name, metric: 'peak memory / decoded volume', ours: (peak(ours) * 2 ** 20) / ours[0].decodedBytes },
  ]
}

function build(): void {
  const root = join(import.meta.dirname, '..')
  const compiler = join(root, 'node_modules/ts7/bin/tsc')
  execFileSync(process.execPath, [compiler, '-b', join(root, 'packages/io-medical')], { stdio: 'inherit' })
}

function script(name: string): string {
  return join(import.meta.dirname, name)
}

function read([program, ...words]: readonly string[]): Reading {
  return JSON.parse(execFileSync(program, words, { encoding: 'utf8' })) as Reading
}
