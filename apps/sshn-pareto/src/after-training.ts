/**
 * What can be done with a finished training: more factors, the choice of one, the plain U-Net for one.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { ConfigError } from '@leanvox/app-shell'
import { startEngine } from '@leanvox/engine'
import { readJson } from '@leanvox/files'
import { choosePhi, requireUsablePhi, type ChoosablePoint, type PhiBudget } from '@leanvox/sshn'
import { loadWeights, saveWeights } from '@leanvox/training'
import { readStored, type StoredCases } from './cases.ts'
import type { Config, MethodName } from './config.ts'
import type { JobResult, SweptPoint } from './job-result.ts'
import { trainJob, trainJobs, type TrainJob } from './jobs.ts'
import { buildMethod, endsOf, exportFrom, spatialOf } from './methods.ts'
import { parseCount, parsePhi, parsePhis } from './phi.ts'
import { jobPaths, readRunConfig, runPaths, type RunPaths } from './run-folder.ts'
import { finishedJobs } from './run.ts'
import { loadTask } from './task.ts'

/** Which trained network is meant, and what is wanted of it; numbers as the command line gives them. */
export interface ModelArguments {
  readonly out: string
  readonly method: MethodName
  readonly seed?: number
  readonly backend?: Config['backend']
  readonly phi?: string
  readonly budget?: string
  readonly maxMultiplyAdds?: string
  readonly maxMs?: string
  readonly minDice?: string
}

/** A run folder, opened for reading. */
export interface OpenRun {
  readonly paths: RunPaths
  readonly config: Config
  readonly stored: StoredCases
}

/** @throws ConfigError for a folder that is no run, or has no cases yet */
export async function openForReading(out: string): Promise<OpenRun> {
  const paths = runPaths(resolve(out))
  const { settings: config } = await readRunConfig(paths)
  if (!existsSync(paths.cases)) throw new ConfigError(`${paths.folder}: expected a run with cases, found no cases.json`)
  return { paths, config, stored: await readStored(paths) }
}

/** The curve of a finished training at factors of one's own, as a table. */
export async function sweepTraining(options: ModelArguments & { readonly phis: string }): Promise<string[]> {
  const phis = parsePhis(options.phis, '--phis')
  const run = await openForReading(options.out)
  await startEngine({ backend: options.backend ?? run.config.backend, precision: run.config.precision })
  const job = await finishedJob(run, options, phis[0])
  const { network } = buildMethod(job, { config: run.config, ends: endsOf(run) })
  const { weights } = await loadWeights(jobPaths(run.paths, job.name).weights)
  const task = await loadTask(run.paths, run)
  const points = await task.sweep({ network, weights }, { part: 'test', phis, repeats: 5 })
  return table(points.map((point) => ({ ...point, phi: Number(point.phi) })))
}

/** The best factor within the budget, by validation Dice; the test Dice beside it. */
export async function choose(options: ModelArguments): Promise<string[]> {
  const { maxMultiplyAdds, maxMs, minDice } = options
  const number = (text: string, name: string) => {
    const value = Number(text)
    if (text.trim() === '' || !Number.isFinite(value)) throw new RangeError(`${name}: expected a number, got ${text}`)
    return value
  }
  const budget: PhiBudget = {
    ...(maxMultiplyAdds !== undefined && { maxMultiplyAdds: parseCount(maxMultiplyAdds, '--max-multiply-adds') }),
    ...(maxMs !== undefined && { maxMilliseconds: number(maxMs, '--max-ms') }),
    ...(minDice !== undefined && { minDice: number(minDice, '--min-dice') }),
  }
  if (Object.keys(budget).length === 0) {
    throw new RangeError('choose: expected --max-multiply-adds, --max-ms or --min-dice, got none of them')
  }
  const run = await openForReading(options.out)
  return table([choosePhi(await choosable(run, options), budget)])
}

/** Writes the plain U-Net for one factor. */
export async function exportPhi(options: ModelArguments & { readonly to: string }): Promise<string[]> {
  const run = await openForReading(options.out)
  await startEngine({ backend: options.backend ?? 'cpu' })
  const phi = await wantedPhi(run, options)
  const { spec, weights } = await exportedAt(run, options, phi)
  const { data, task, training } = run.config
  const patchSize = training.patchSize ?? spatialOf(run)
  const facts = { format: 'leanvox-unet', phi, spec, task, data, labels: run.stored.labels, patchSize }
  const metadata = Object.fromEntries(
    Object.entries(facts).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  )
  await saveWeights(resolve(options.to), weights, { metadata })
  return [`phi ${phi}: ${resolve(options.to)}`]
}

/** The plain U-Net of a finished training at one factor. */
export async function exportedAt(run: OpenRun, options: Pick<ModelArguments, 'method' | 'seed'>, phi: number) {
  const job = await finishedJob(run, options, phi)
  const ends = endsOf(run)
  const { network } = buildMethod(job, { config: run.config, ends })
  const exported = await exportFrom(jobPaths(run.paths, job.name).weights, network, phi)
  requireUsablePhi('--phi', phi, { spec: exported.spec, spatial: run.config.training.patchSize ?? spatialOf(run) })
  return exported
}

/** `--phi`, or the best factor within `--budget`. @throws RangeError unless exactly one of them is given */
export async function wantedPhi(run: OpenRun, options: ModelArguments): Promise<number> {
  const { phi, budget } = options
  if ((phi === undefined) === (budget === undefined)) {
    throw new RangeError(`expected either --phi or --budget, got ${phi === undefined ? 'neither' : 'both'}`)
  }
  if (phi !== undefined) return parsePhi(phi, '--phi')
  const maxMultiplyAdds = parseCount(budget ?? '', '--budget')
  return choosePhi(await choosable(run, options), { maxMultiplyAdds }).phi
}

/** A point as the chooser sees it: the Dice it goes by is that of the validation cases. */
type Choosable = ChoosablePoint & Pick<SweptPoint, 'phi' | 'multiplyAdds'> & { readonly testDice: number | null }

async function choosable({ paths, config }: OpenRun, { method, seed }: ModelArguments): Promise<Choosable[]> {
  const wanted = seed ?? config.seeds[0]
  const jobs = trainJobs(config, paths.folder).filter((job) => job.method === method && job.seed === wanted)
  const results: JobResult[] = await finishedJobs(paths, jobs)
  if (results.length === 0) throw unfinished(paths, `${method}, seed ${wanted}`)
  return results
    .flatMap(({ points }) => points)
    .flatMap(({ dice, validationDice, phi, multiplyAdds, milliseconds, peakBytes }) =>
      validationDice === null
        ? []
        : [{ phi, dice: validationDice, testDice: dice, multiplyAdds, milliseconds, peakBytes }],
    )
}

async function finishedJob(
  { paths, config }: OpenRun,
  { method, seed }: Pick<ModelArguments, 'method' | 'seed'>,
  phi: number,
): Promise<TrainJob> {
  const own = method === 'fixed' || method === 'capacity-matched' ? phi : null
  const job = trainJob({ method, phi: own, seed: seed ?? config.seeds[0] }, paths.folder)
  const { result } = jobPaths(paths, job.name)
  if (!existsSync(result)) throw unfinished(paths, job.name)
  return { ...job, phi: ((await readJson(result)) as JobResult).phi }
}

function unfinished(paths: RunPaths, name: string): ConfigError {
  return new ConfigError(`${paths.folder}: expected a finished training of ${name}, found none`)
}

interface TableRow {
  readonly phi: number
  readonly dice: number
  readonly multiplyAdds: number
  readonly milliseconds?: number
  readonly peakBytes?: number
  readonly testDice?: number | null
}

function table(rows: readonly TableRow[]): string[] {
  const chosen = rows.some(({ testDice }) => testDice !== undefined)
  const columns = [
    'φ',
    'multiply-adds',
    'ms',
    'peak MiB',
    ...(chosen ? ['validation Dice', 'test Dice'] : ['test Dice']),
  ]
  const fixed = (value: number | null | undefined, digits: number) =>
    value === null || value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(digits)
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    line(columns),
    line(columns.map(() => '---')),
    ...rows.map(({ phi, dice, multiplyAdds, milliseconds, peakBytes, testDice }) =>
      line([
        String(phi),
        `${(multiplyAdds / 1e6).toFixed(2)} M`,
        fixed(milliseconds, 2),
        fixed(peakBytes === undefined ? null : peakBytes / 2 ** 20, 1),
        fixed(dice, 4),
        ...(chosen ? [fixed(testDice, 4)] : []),
      ]),
    ),
  ]
}
