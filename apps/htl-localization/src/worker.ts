/**
 * A worker process: takes jobs from the pool one after the other and keeps the images between them.
 *
 * It ends when its pool does, in the middle of a job too: what was checkpointed stays.
 *
 * @module
 */
import { mkdir } from 'node:fs/promises'
import { lockFolder, writeJson } from '@leanvox/files'
import { runFind } from './find-job.ts'
import { loadWorkspace, type Workspace } from './workspace.ts'
import type { Job, JobResult } from './jobs.ts'
import { resultPath, type JobMessage, type WorkerMessage } from './pool.ts'
import { jobFolder, runPaths } from './run-folder.ts'
import { meanScores } from './scores.ts'
import { runTraining } from './train-job.ts'

let workspace: Promise<Workspace> | undefined

function tell(message: WorkerMessage): void {
  process.send?.(message)
}

async function take({ runFolder, job }: JobMessage): Promise<void> {
  try {
    workspace ??= loadWorkspace(runPaths(runFolder))
    const result = await locked(job, await workspace)
    tell({ kind: 'done', name: job.name, summary: summaryOf(result) })
  } catch (error) {
    tell({ kind: 'failed', name: job.name, reason: error instanceof Error ? error.message : String(error) })
  }
}

async function locked(job: Job, at: Workspace): Promise<JobResult> {
  const folder = jobFolder(at.paths, job.name)
  await mkdir(folder, { recursive: true })
  const lock = await lockFolder(folder)
  try {
    const result = job.kind === 'train' ? await runTraining(job, at) : await runFind(job, at)
    await writeJson(resultPath(at.paths, job), result)
    return result
  } finally {
    await lock.release()
  }
}

function summaryOf(result: JobResult): string {
  const { name } = result.job
  if ('set' in result) return `${name} ${result.set.length} of ${result.scores.length} images hard to learn`
  const { iou, boxIou50 } = meanScores(result.test)
  return `${name} IoU ${iou.toFixed(3)}, box hits at 0.5 ${boxIou50.toFixed(3)}, ${result.seconds.toFixed(0)} s`
}

process.on('message', (message: JobMessage) => void take(message))
process.on('disconnect', () => process.exit(1))
