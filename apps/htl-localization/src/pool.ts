/**
 * Runs jobs in child processes: `workers` processes, each of which loads the images once and then takes job after job.
 *
 * A job is done when its `result.json` is there, so a job finished before a kill is not repeated and a job killed in the
 * middle goes on from its last checkpoint. A process that dies is replaced and its job tried again.
 *
 * @module
 */
import { fork, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Progress } from '@leanvox/app-shell'
import { coreShare } from '@leanvox/hpo-search/node'
import type { Job } from './jobs.ts'
import { jobFolder, type RunPaths } from './run-folder.ts'

/** From the pool to a worker. */
export interface JobMessage {
  readonly runFolder: string
  readonly job: Job
}

/** From a worker to the pool. */
export type WorkerMessage =
  | { readonly kind: 'done'; readonly name: string; readonly summary: string }
  | { readonly kind: 'failed'; readonly name: string; readonly reason: string }
  | { readonly kind: 'note'; readonly text: string }

/** What running jobs needs beside them. */
export interface PoolOptions {
  readonly paths: RunPaths
  readonly progress: Progress
  readonly signal: AbortSignal
  readonly workers: number
  readonly maxRetries: number
}

/** Where a finished job's result lies. */
export function resultPath(paths: RunPaths, { name }: Pick<Job, 'name'>): string {
  return join(jobFolder(paths, name), 'result.json')
}

/**
 * Runs every job that has no result yet, in order.
 *
 * @throws Error with the job's name for the first job that fails (the others are stopped and go on in the next run); the
 *   signal's reason when aborted
 */
export async function runJobs(label: string, jobs: readonly Job[], options: PoolOptions): Promise<void> {
  const { paths, progress, workers } = options
  const queue = jobs.filter((job) => !existsSync(resultPath(paths, job)))
  progress.begin(label, jobs.length, jobs.length - queue.length)
  const stop = new AbortController()
  const signal = AbortSignal.any([options.signal, stop.signal])
  const work = async () => {
    const worker = createWorker(options, signal)
    try {
      for (let job = queue.shift(); job !== undefined && !signal.aborted; job = queue.shift()) await worker.run(job)
    } catch (error) {
      stop.abort(error)
    } finally {
      await worker.close()
    }
  }
  await Promise.all(Array.from({ length: Math.min(workers, queue.length) }, work))
  progress.end()
  signal.throwIfAborted()
}

interface Worker {
  /** Resolves when the job has its result. */
  run(job: Job): Promise<void>
  close(): Promise<void>
}

function createWorker({ paths, progress, maxRetries, workers }: PoolOptions, signal: AbortSignal): Worker {
  let child: ChildProcess | undefined
  const attempt = (job: Job) =>
    new Promise<'done' | 'died'>((resolve, reject) => {
      child ??= startChild(workers)
      const process = child
      const settle = (act: () => void) => {
        process.off('message', hear).off('exit', die)
        signal.removeEventListener('abort', abort)
        act()
      }
      const abort = () => settle(() => reject(signal.reason as Error))
      const die = () =>
        settle(() => {
          child = undefined
          resolve('died')
        })
      const hear = (message: WorkerMessage) => {
        if (message.kind === 'note') return progress.note(message.text)
        if (message.kind === 'failed') return settle(() => reject(new Error(`${message.name}: ${message.reason}`)))
        settle(() => resolve('done'))
        progress.advance(message.summary)
      }
      process.on('message', hear).on('exit', die)
      signal.addEventListener('abort', abort, { once: true })
      process.send({ runFolder: paths.folder, job } satisfies JobMessage)
    })
  return {
    async run(job) {
      for (let retries = 0; (await attempt(job)) === 'died'; retries++) {
        if (retries === maxRetries)
          throw new Error(`${job.name}: expected its process to live, got ${retries + 1} deaths`)
        progress.note(`${job.name}: its process died, trying again`)
      }
    },
    close: async () => {
      const process = child
      child = undefined
      if (process === undefined || process.exitCode !== null || process.signalCode !== null) return
      const ended = new Promise((resolve) => process.once('exit', resolve))
      process.kill('SIGTERM')
      await ended
    },
  }
}

function startChild(workers: number): ChildProcess {
  const module = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)
  const env = { ...process.env, ...coreShare(workers) }
  return fork(module, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], env })
}
