/**
 * The whole run, step after step; each step keeps what it found in the run folder and is skipped when it is there.
 *
 * images → trainings → hard-to-learn images → analysis → results and page
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { ConfigError, type Environment, type Progress } from '@leanvox/app-shell'
import { readJson, writeJson } from '@leanvox/files'
import { writeReport } from '@leanvox/report'
import { analyse, type Analysis } from './analyse.ts'
import { collectCases, readStored, type StoredCases } from './cases.ts'
import type { Config } from './config.ts'
import { worstGallery } from './gallery.ts'
import {
  planFinds,
  planTrainings,
  type FindJob,
  type FindResult,
  type Job,
  type TrainJob,
  type TrainJobResult,
} from './jobs.ts'
import { runReport } from './page.ts'
import { resultPath, runJobs } from './pool.ts'
import { collectResults, type RunResults } from './results.ts'
import { readRunConfig, type RunPaths, type StoredConfig } from './run-folder.ts'

/** What every step is given. */
export interface RunContext {
  readonly paths: RunPaths
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** Reads, checks and splits the images, unless the run has them. */
export async function prepareRun(
  { data, external, settings }: StoredConfig,
  { paths, progress, signal }: RunContext,
): Promise<StoredCases> {
  return collectCases(paths, { data, external, config: settings }, { progress, signal })
}

/** Runs jobs that have no result yet. */
export async function runPending(
  label: string,
  jobs: readonly Job[],
  { config, context }: { readonly config: Config; readonly context: RunContext },
): Promise<void> {
  await runJobs(label, jobs, { ...context, ...config.execution })
}

/** Searches for hard-to-learn images, of the plain trainings that have finished. */
export function readyFinds(config: Config, paths: RunPaths): FindJob[] {
  return planFinds(config).filter(({ of }) => existsSync(resultPath(paths, { name: of })))
}

/** Every training of the comparison, then the hard-to-learn images of the plain ones, then the sweep. */
export async function runAll(stored: StoredConfig, context: RunContext): Promise<RunResults> {
  await prepareRun(stored, context)
  const config = stored.settings
  const trainings = planTrainings(config)
  const isSweep = ({ variant }: TrainJob) => variant !== null
  await runPending(
    'trainings',
    trainings.filter((job) => !isSweep(job)),
    { config, context },
  )
  await runPending('hard-to-learn images', readyFinds(config, context.paths), { config, context })
  if (config.sweep.length > 0) await runPending('sweep', trainings.filter(isSweep), { config, context })
  return reportRun(context.paths)
}

/** Who is weak, from the finished trainings; also written to `analysis.json`. */
export async function analyseRun(paths: RunPaths): Promise<Analysis> {
  const { settings, stored, trainings, finds } = await readRun(paths)
  const analysis = analyse({ config: settings, stored, trainings, finds })
  await writeJson(paths.analysis, analysis)
  return analysis
}

/**
 * Puts results and page together from what the run folder holds, training nothing. Jobs that are not finished are left
 * out.
 *
 * @throws ConfigError when no training has finished
 */
export async function reportRun(paths: RunPaths): Promise<RunResults> {
  const { settings, stored, trainings, finds, environment, data } = await readRun(paths)
  const analysis = await analyseRun(paths)
  const results = collectResults({ config: settings, stored, trainings, finds, environment, analysis })
  await writeJson(paths.results, results)
  const galleries = await worstGallery(finds, { folder: data, config: settings })
  await writeReport(paths.report, runReport({ results, galleries }), { figuresFolder: `${paths.folder}/figures` })
  return results
}

async function readRun(paths: RunPaths) {
  const { settings, data } = await readRunConfig(paths)
  const stored = await readStored(paths)
  const trainings = await finished<TrainJobResult>(paths, planTrainings(settings))
  if (stored === null || trainings.length === 0) {
    throw new ConfigError(`${paths.folder}: expected at least one finished training, found none`)
  }
  const finds = await finished<FindResult>(paths, planFinds(settings))
  const environment = (await readJson(paths.environment)) as Environment
  return { settings, data, stored, trainings, finds, environment }
}

async function finished<T>(paths: RunPaths, jobs: readonly Job[]): Promise<T[]> {
  const done = jobs.map((job) => resultPath(paths, job)).filter(existsSync)
  return Promise.all(done.map(async (path) => (await readJson(path)) as T))
}
