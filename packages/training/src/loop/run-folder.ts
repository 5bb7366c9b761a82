/**
 * The files of a run: `checkpoints/last.safetensors`, `checkpoints/best.safetensors` and `metrics.jsonl`. One process at
 * a time. Metrics are written before the checkpoint that covers them and cut back to the checkpoint when a run is
 * continued, so that no epoch appears twice and none is missing.
 *
 * @module
 */
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { NamedArrays } from '@leanvox/engine'
import { appendLines, lockFolder, readJsonLines, writeFileAtomic } from '@leanvox/files'
import { loadCheckpoint, saveCheckpoint, type Checkpoint } from '../checkpoints/checkpoint.ts'
import { saveWeights } from '../checkpoints/weights-file.ts'
import { checkSignature, type OptionsSignature } from './options-signature.ts'

export interface RunFolder {
  /** The checkpoint to go on from, null for a new run. */
  readonly checkpoint: Checkpoint | null
  /** Of the last checkpoint. */
  readonly path: string
  record(lines: readonly object[]): Promise<void>
  save(checkpoint: Checkpoint): Promise<void>
  saveBest(weights: NamedArrays, metadata: Readonly<Record<string, string>>): Promise<void>
  close(): Promise<void>
}

/**
 * Opens a run's folder, created when missing.
 *
 * @throws FileError when another process trains there or the disk refuses; CheckpointError for a damaged checkpoint or
 *   one of other options
 */
export async function openRunFolder(
  folder: string,
  { signature, extend }: { signature: OptionsSignature; extend: boolean },
): Promise<RunFolder> {
  const checkpoints = join(folder, 'checkpoints')
  const path = join(checkpoints, 'last.safetensors')
  const metrics = join(folder, 'metrics.jsonl')
  await mkdir(checkpoints, { recursive: true })
  const lock = await lockFolder(checkpoints)
  try {
    await removeHalves(checkpoints)
    const checkpoint = await loadCheckpoint(path)
    if (checkpoint) checkSignature({ stored: checkpoint.state.options, present: signature }, { path, extend })
    await cutMetrics(metrics, checkpoint?.state.epoch ?? 0)
    return {
      checkpoint,
      path,
      record: (lines) =>
        appendLines(
          metrics,
          lines.map((line) => JSON.stringify(line)),
        ),
      save: (next) => saveCheckpoint(path, next),
      saveBest: (weights, metadata) => saveWeights(join(checkpoints, 'best.safetensors'), weights, { metadata }),
      close: () => lock.release(),
    }
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** What a killed process left of a file it had not finished. */
async function removeHalves(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (/^\.(last|best)\.safetensors\..*\.tmp$/.test(name)) await rm(join(folder, name), { force: true })
  }
}

async function cutMetrics(path: string, epoch: number): Promise<void> {
  const { records, truncatedTail } = await readJsonLines(path)
  const kept = records.filter((record) => (record as { epoch: number }).epoch <= epoch)
  if (kept.length === records.length && !truncatedTail) return
  await writeFileAtomic(path, kept.map((record) => `${JSON.stringify(record)}\n`).join(''))
}
