/**
 * The whole run, step after step; each step keeps what it found in the run folder and is skipped when it is there.
 *
 * cases → proxy data → step times → search arms → final trainings → correlation → results and page
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { changedKeys, ConfigError, type Environment, type Progress } from '@leanvox/app-shell'
import { readJson, writeJson } from '@leanvox/files'
import { unet } from '@leanvox/nets'
import { writeReport } from '@leanvox/report'
import type { PreparedCase } from '@leanvox/training'
import { collectCases, loadPrepared, readStored, type StoredCases } from './cases.ts'
import type { ClusterRun } from './cluster-run.ts'
import type { Config } from './config.ts'
import { predictionGallery } from './gallery.ts'
import { runReport } from './page.ts'
import { correlationPlans, finalPlan, ladderPlans, searchPlans, type PlanInput, type Setting } from './plan.ts'
import type { LadderRow, RunResults } from './results-page.ts'
import { armRows, bestTrial, correlationRows, trialRows, type FinishedTrial } from './results.ts'
import { readRunConfig, trialFolder, type RunPaths, type StoredConfig } from './run-folder.ts'
import { finishedTrials, runPlans, type Finished, type SearchContext } from './search.ts'
import { selectCases, type Selection } from './select.ts'

/** What every step is given. */
export interface RunContext {
  readonly paths: RunPaths
  readonly progress: Progress
  readonly signal: AbortSignal
  /** Workers that run the trials; null runs them in child processes here. */
  readonly cluster: ClusterRun | null
}

/** The cases of the run and the proxy data among them. */
export interface Prepared {
  readonly stored: StoredCases
  readonly selection: Selection
  readonly plan: PlanInput
}

/** Reads, checks and prepares the cases, and chooses the proxy data. */
export async function prepareRun(
  { data, external, settings }: StoredConfig,
  { paths, progress, signal }: RunContext,
): Promise<Prepared> {
  const stored = await collectCases(paths, { data, external, config: settings }, { progress, signal })
  const cases = await loadPrepared(paths.folder, stored.split.train, { stored, config: settings })
  const selection = await selectCases(cases, { config: settings, path: paths.selection, signal })
  return { stored, selection, plan: planInput(settings, { paths, stored, selection }) }
}

/** Trains every correlation condition. */
export async function correlate({ plan }: Prepared, context: RunContext): Promise<Finished> {
  return runPlans('correlation', correlationPlans(plan), searchContext(plan.config, context))
}

/** Every step; returns the results it also wrote. */
export async function runAll(stored: StoredConfig, context: RunContext): Promise<RunResults> {
  const prepared = await prepareRun(stored, context)
  const search = searchContext(stored.settings, context)
  assertTrains(
    await runPlans('step times', ladderPlans(prepared.plan), { ...search, config: oneAtATime(stored.settings) }),
  )
  await runFinals(prepared, { arms: await runPlans('search', searchPlans(prepared.plan), search), search })
  await correlate(prepared, context)
  return reportRun(context.paths)
}

/** A network that cannot take a few steps would fail every trial of the search. */
function assertTrains(times: Finished): void {
  const failure = times['ladder/full-net']?.[0]?.failure ?? null
  if (failure === null) return
  throw new RangeError(`proxy-hpo: expected the full network to train a few steps, got ${failure.split('\n')[0]}`)
}

/**
 * Puts results and page together from what the run folder holds, training nothing.
 *
 * @throws ConfigError when the search has not finished
 */
export async function reportRun(paths: RunPaths): Promise<RunResults> {
  const config = await readRunConfig(paths)
  const stored = await readStored(paths)
  if (stored === null || !existsSync(paths.selection)) {
    throw new ConfigError(
      `${paths.folder}: expected a run that got as far as its search, got one without selection.json`,
    )
  }
  const selection = (await readJson(paths.selection)) as Selection
  const testCases = await loadPrepared(paths.folder, stored.split.test, { stored, config: config.settings })
  const plan = planInput(config.settings, { paths, stored, selection })
  const arms = await finishedTrials(searchPlans(plan), paths.journal)
  const finals = await finishedTrials([finalPlan(plan, winnersOf(arms))], paths.journal)
  const results = await collectResults({ plan, stored, selection, arms, finals, paths })
  await writeJson(paths.results, results)
  await writePage({ results, plan, stored, selection, arms, finals, testCases, paths })
  return results
}

interface Collected {
  readonly plan: PlanInput
  readonly stored: StoredCases
  readonly selection: Selection
  readonly arms: Finished
  readonly finals: Finished
  readonly paths: RunPaths
}

async function collectResults(input: Collected): Promise<RunResults> {
  const { plan, stored, selection, arms, finals, paths } = input
  const { config } = plan
  const conditions = await finishedTrials(correlationPlans(plan), paths.journal)
  const environment = (await readJson(paths.environment)) as Environment
  return {
    provenance: {
      dataset: stored.dataset,
      command: environment.command,
      commit: environment.commit,
      date: environment.startedAt.slice(0, 10),
      machine: `${environment.processor}, ${environment.cores} cores, ${environment.memoryGiB} GiB, Node ${environment.node}`,
      backend:
        Object.values(arms)
          .flat()
          .find(({ attributes }) => attributes !== null)?.attributes?.backend ?? 'unknown',
      seed: config.seed,
    },
    cases: {
      train: stored.split.train.length,
      validation: stored.split.validation.length,
      test: stored.split.test.length,
      proxy: selection.chosen.length,
      setAside: stored.setAside.length,
    },
    settings: {
      trials: config.search.trials,
      sampler: config.search.sampler,
      epochs: config.training.epochs,
      finalEpochs: config.training.finalEpochs,
    },
    selectionSeconds: selection.seconds,
    arms: armRows(armsWithFinals(arms, finals), { selectionSeconds: selection.seconds }),
    correlations: correlationRows(shortNames(conditions), { seed: config.seed }),
    ladder: await ladderRows(plan, paths.journal),
    trials: trialRows({ ...arms, ...finals, ...conditions }),
  }
}

async function writePage(
  input: Collected & { readonly results: RunResults; readonly testCases: readonly PreparedCase[] },
): Promise<void> {
  const { results, plan, stored, selection, arms, finals, testCases, paths } = input
  const withFinals = armsWithFinals(arms, finals)
  const shown = withFinals.find(({ arm }) => arm === 'proxy-net/proxy-data') ?? withFinals[0]
  const number = shown?.final?.number
  const scores = shown?.final?.attributes?.test?.cases
  const gallery =
    scores === undefined || scores.length === 0 || number === undefined
      ? null
      : await predictionGallery({
          folder: trialFolder(paths, { studyName: 'final', number }),
          arm: shown.arm,
          cases: testCases,
          scores,
        })
  const report = runReport({
    results,
    arms: withFinals,
    selection,
    measure: plan.config.proxyData.measure.replaceAll('-', ' '),
    gallery,
    warnings: stored.warnings,
    setAside: stored.setAside,
  })
  await writeReport(paths.report, report, { figuresFolder: `${paths.folder}/figures` })
}

async function runFinals(
  { plan }: Prepared,
  { arms, search }: { arms: Finished; search: SearchContext },
): Promise<void> {
  const winners = winnersOf(arms)
  if (winners.length === 0) throw new RangeError('proxy-hpo: expected a finished trial in at least one arm, got none')
  await runPlans('final trainings', [finalPlan(plan, winners)], search)
}

/** The arms' best settings in the order of the arms, each once: arms that agree share one final training. */
function winnersOf(arms: Finished): Setting[] {
  const winners = Object.values(arms).flatMap((trials): Setting[] => {
    const best = bestTrial(trials)
    return best === undefined ? [] : [best.setting]
  })
  return winners.filter((setting, index) => winners.findIndex((other) => sameSetting(other, setting)) === index)
}

/** Each arm with the final training of its winner. */
function armsWithFinals(arms: Finished, finals: Finished) {
  const winners = winnersOf(arms)
  return Object.entries(arms).map(([name, trials]) => {
    const best = bestTrial(trials)
    const number = winners.findIndex((setting) => best !== undefined && sameSetting(setting, best.setting))
    const final = finals['final']?.find((trial) => trial.number === number) ?? null
    return { arm: name.replace(/^search\//, ''), trials, final }
  })
}

function sameSetting(a: Setting, b: Setting): boolean {
  return changedKeys(a, b).length === 0
}

async function ladderRows(plan: PlanInput, journal: string): Promise<LadderRow[]> {
  const plans = ladderPlans(plan)
  const times = await finishedTrials(plans, journal)
  return plans.map(({ name, job }) => {
    const network = unet(job.network)
    return {
      name: name.replace(/^ladder\//, ''),
      parameters: network.parameterCount,
      multiplyAdds: network.multiplyAdds([...job.patchSize]),
      stepSeconds: times[name]?.[0]?.value ?? NaN,
    }
  })
}

function shortNames(finished: Finished): Record<string, readonly FinishedTrial[]> {
  return Object.fromEntries(
    Object.entries(finished).map(([name, trials]) => [name.replace(/^correlation\//, ''), trials]),
  )
}

function planInput(
  config: Config,
  { paths, stored, selection }: { paths: RunPaths; stored: StoredCases; selection: Selection },
): PlanInput {
  return {
    config,
    runFolder: paths.folder,
    channels: stored.channelNames.length,
    labels: stored.foreground,
    split: stored.split,
    proxyCases: selection.chosen,
  }
}

function searchContext(config: Config, { paths, progress, signal, cluster }: RunContext): SearchContext {
  return { config, journal: paths.journal, progress, signal, cluster }
}

/** Times are taken with nothing else running. */
function oneAtATime(config: Config): Config {
  return { ...config, execution: { ...config.execution, workers: 1 } }
}
