/**
 * Runs the jobs of a comparison: one study of one trial each in one journal, one child process a job, several side by
 * side when asked.
 *
 * Jobs are independent of each other, so that what they find does not depend on how many run side by side, nor on how
 * often the app was killed.
 *
 * @module
 */
import type { Progress } from '@leanvox/app-shell'
import { createStudy, isFinished, runStudy, type Executor, type FrozenTrial, type Study } from '@leanvox/hpo-search'
import { journalStorage, processExecutor } from '@leanvox/hpo-search/node'
import type { Config } from './config.ts'
import type { Job } from './jobs.ts'

/** What running jobs needs beside the jobs. */
export interface JobsContext {
  readonly execution: Config['execution']
  /** Path of the run's journal. */
  readonly journal: string
  readonly progress: Progress
  readonly signal: AbortSignal
}

/**
 * Runs every job that has not finished; those that fail are told and left out.
 *
 * @returns names of the failed jobs
 * @throws the signal's reason when aborted; a failure of the machine (a full disk, a backend that does not load), which
 *   would cost every job
 */
export async function runJobs(label: string, jobs: readonly Job[], context: JobsContext): Promise<string[]> {
  const { progress, journal } = context
  const storage = journalStorage(journal)
  const studies: Study[] = []
  // Studies are created one after the other, so that their order in the journal is that of the jobs.
  for (const job of jobs) {
    studies.push(await createStudy({ name: job.name, storage, direction: 'maximize', loadIfExists: true }))
  }
  const done = studies.filter(isDone).length
  progress.begin(label, jobs.length, done)
  const stop = new AbortController()
  const signal = AbortSignal.any([context.signal, stop.signal])
  const queue = jobs.map((job, index) => ({ job, study: studies[index] })).filter(({ study }) => !isDone(study))
  const failed: string[] = []
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined && !signal.aborted; next = queue.shift()) {
      const { job, study } = next
      const ends = (reason: unknown) => stop.abort(reason)
      await runStudy(study, {
        // One that failed in an earlier start is tried again.
        trials: study.trials.filter(isFinished).length + 1,
        executor: endingAtMachineFailures(executorOf(job, context), ends),
        signal,
        maxRetries: context.execution.maxRetries,
        onEvent(event) {
          if (event.kind === 'retry') progress.note(`${job.name}: attempt ${event.attempt} failed: ${event.reason}`)
          if (event.kind === 'trial-end') progress.advance(describeTrial(job, event.trial))
        },
      }).catch(ends)
      if (!signal.aborted && !isDone(study)) failed.push(job.name)
    }
  }
  await Promise.all(Array.from({ length: Math.min(context.execution.workers, jobs.length) }, worker))
  progress.end()
  signal.throwIfAborted()
  return failed
}

function isDone({ trials }: Study): boolean {
  return trials.some(({ state }) => state === 'complete')
}

function executorOf(job: Job, { execution }: JobsContext): Executor {
  return processExecutor({
    module: new URL(import.meta.url.endsWith('.ts') ? './objective.ts' : './objective.js', import.meta.url),
    payload: job,
    heartbeatTimeoutMs: execution.heartbeatTimeoutSeconds * 1000,
    sideBySide: execution.workers,
  })
}

/** How the errors of files and of backends begin; everything else is the job's own. */
const MACHINE_FAILURE = /^(?:FileError: |Error: (?=startEngine: ))(.*)/

function endingAtMachineFailures(executor: Executor, stop: (reason: unknown) => void): Executor {
  return {
    name: executor.name,
    async run(request) {
      const outcome = await executor.run(request)
      const failure = outcome.state === 'fail' ? MACHINE_FAILURE.exec(outcome.reason) : null
      if (failure === null) return outcome
      stop(new Error(failure[1]))
      return { state: 'interrupted' }
    },
  }
}

function describeTrial({ name, kind }: Job, trial: FrozenTrial): string {
  if (trial.state === 'fail') return `${name} failed (${String(trial.userAttributes['fail_reason'])})`
  if (kind === 'illustrate') return name
  const { trainSeconds, steps } = trial.userAttributes as { trainSeconds: number; steps: number }
  return `${name} best Dice ${Number(trial.value).toFixed(3)}, ${trainSeconds.toFixed(0)} s, ${steps} steps`
}
