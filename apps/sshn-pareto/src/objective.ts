/**
 * What a job's own process does. Everything it needs arrives as a plain value (`Job`); everything it leaves is its folder
 * and the returned numbers.
 *
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { startEngine } from '@leanvox/engine'
import { FileError, lockFolder, type FolderLock } from '@leanvox/files'
import type { ObjectiveContext, ObjectiveResult } from '@leanvox/hpo-search'
import { runIllustrateJob } from './illustrate-job.ts'
import type { Job } from './jobs.ts'
import { jobPaths, readRunConfig, runPaths } from './run-folder.ts'
import { runTrainJob, type Surroundings } from './train-job.ts'

/** The objective of every study of the app; `context.payload` is a `Job`. */
export async function objective(context: ObjectiveContext): Promise<ObjectiveResult> {
  const job = context.payload as Job
  const paths = runPaths(job.runFolder)
  const { settings } = await readRunConfig(paths)
  const { backend, precision } = await startEngine({ backend: settings.backend, precision: settings.precision })
  const { heartbeat, signal } = context
  const around: Surroundings = { backend, precision, heartbeat, signal }
  const lock = await lockWhenFree(jobPaths(paths, job.name).folder)
  try {
    return job.kind === 'train' ? await trained(job, around) : await illustrated(job, around)
  } finally {
    await lock.release()
  }
}

async function trained(job: Extract<Job, { kind: 'train' }>, around: Surroundings): Promise<ObjectiveResult> {
  const { points, trainSeconds, trainMultiplyAdds, steps } = await runTrainJob(job, around)
  const best = Math.max(...points.map(({ dice }) => dice ?? 0))
  return { value: best, userAttributes: { trainSeconds, trainMultiplyAdds, steps } }
}

async function illustrated(job: Extract<Job, { kind: 'illustrate' }>, around: Surroundings): Promise<ObjectiveResult> {
  const { pictures } = await runIllustrateJob(job, around)
  return { value: pictures.length }
}

/**
 * Waits for the folder's last user to be gone: after a `kill -9` of the app, a child of the killed process may still be in
 * the middle of a step before it notices.
 */
async function lockWhenFree(folder: string, patienceMs = 120_000): Promise<FolderLock> {
  for (const until = performance.now() + patienceMs; ; await sleep(50)) {
    try {
      return await lockFolder(folder)
    } catch (error) {
      if (!(error instanceof FileError && error.code === 'IN_USE') || performance.now() > until) throw error
    }
  }
}
