/**
 * A whole comparison, step after step; each step keeps what it found in the run folder and is skipped when it is there.
 *
 * cases → trainings with their curves → pictures and weight statistics → results and page
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { ConfigError, type Environment, type Progress } from '@leanvox/app-shell'
import { readJson, writeJson } from '@leanvox/files'
import { writeReport } from '@leanvox/report'
import { checkGrid, requireUsablePhi } from '@leanvox/sshn'
import { collectCases, readStored, type StoredCases } from './cases.ts'
import type { Illustration } from './illustrate-job.ts'
import type { JobResult } from './job-result.ts'
import { illustrateJobs, trainJobs, type TrainJob } from './jobs.ts'
import { endsOf, primaryOf, spatialOf } from './methods.ts'
import { runReport } from './page.ts'
import { collectResults, type RunResults } from './results.ts'
import { runJobs, type JobsContext } from './run-jobs.ts'
import { jobPaths, readRunConfig, type RunPaths, type StoredConfig } from './run-folder.ts'

/** What every step is given. */
export interface RunContext {
  readonly paths: RunPaths
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** Prepares the cases and checks every φ of the configuration against their size before anything is trained. */
export async function prepareRun({ data, settings }: StoredConfig, context: RunContext): Promise<StoredCases> {
  const { paths, progress, signal } = context
  const stored = await collectCases(paths, { data, config: settings, progress, signal })
  const { phi, training } = settings
  const spatial = training.patchSize ?? spatialOf({ stored })
  const spec = primaryOf(settings, endsOf({ config: settings, stored }))
  const evaluated = new Set([...phi.grid, ...phi.outOfRange, ...phi.fixed, ...phi.capacityMatched])
  for (const one of checkGrid([...evaluated])) requireUsablePhi(paths.config, one, { spec, spatial })
  return stored
}

/** The trainings of `jobs`, then nothing else. @throws RangeError when one failed, naming it */
export async function trainRun(stored: StoredConfig, context: RunContext, jobs: readonly TrainJob[]): Promise<void> {
  await prepareRun(stored, context)
  const failed = await runJobs('trainings', jobs, jobsContext(stored, context))
  if (failed.length > 0)
    throw new RangeError(`sshn-pareto: expected every training to finish, got ${failed.join(', ')}`)
}

/** Every step; returns the results it also wrote. */
export async function runAll(stored: StoredConfig, context: RunContext): Promise<RunResults> {
  const jobs = trainJobs(stored.settings, context.paths.folder)
  await prepareRun(stored, context)
  const failed = await runJobs('trainings', jobs, jobsContext(stored, context))
  for (const name of failed) context.progress.note(`note: ${name} failed and is left out; run again to try it again`)
  const finished = jobs.filter(({ name }) => !failed.includes(name))
  await runJobs('pictures', illustrateJobs(finished), jobsContext(stored, context))
  return reportRun(context.paths)
}

/**
 * Puts results and page together from what the run folder holds, training nothing; unfinished trainings are left out.
 *
 * @throws ConfigError for a folder in which no training has finished
 */
export async function reportRun(paths: RunPaths): Promise<RunResults> {
  const config = await readRunConfig(paths)
  const jobs = trainJobs(config.settings, paths.folder)
  const finished = await finishedJobs(paths, jobs)
  if (finished.length === 0) {
    throw new ConfigError(`${paths.folder}: expected a run with a finished training, found none`)
  }
  const stored = await readStored(paths)
  const results = collectResults({
    stored,
    config: config.settings,
    environment: (await readJson(paths.environment)) as Environment,
    results: finished,
    planned: jobs.length,
  })
  await writeJson(paths.results, results)
  const illustrations = await finishedIllustrations(paths, jobs)
  const report = runReport({ results, illustrations, warnings: stored.warnings, setAside: stored.setAside })
  await writeReport(paths.report, report, { figuresFolder: `${paths.folder}/figures` })
  return results
}

/** The finished trainings among `jobs`, in their order. */
export async function finishedJobs(paths: RunPaths, jobs: readonly TrainJob[]): Promise<JobResult[]> {
  const done = jobs.map(({ name }) => jobPaths(paths, name).result).filter((path) => existsSync(path))
  return Promise.all(done.map(async (path) => (await readJson(path)) as JobResult))
}

async function finishedIllustrations(
  paths: RunPaths,
  jobs: readonly TrainJob[],
): Promise<Partial<Record<string, Illustration>>> {
  const done = jobs.filter(({ name, phi }) => phi === null && existsSync(jobPaths(paths, name).pictures))
  // Those of the first seed come first and win.
  const entries = done.map(
    async ({ name, method }) => [method, await readJson(jobPaths(paths, name).pictures)] as const,
  )
  return Object.fromEntries((await Promise.all(entries)).reverse()) as Partial<Record<string, Illustration>>
}

function jobsContext({ settings }: StoredConfig, { paths, progress, signal }: RunContext): JobsContext {
  return { execution: settings.execution, journal: paths.journal, progress, signal }
}
