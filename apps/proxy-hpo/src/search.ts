/**
 * Runs the studies of a run: one journal, one child process a trial, several studies side by side when asked.
 *
 * Studies are independent of each other and each runs its trials in order, so that what they find does not depend on
 * how many run side by side, nor on how often the app was killed.
 *
 * @module
 */
import type { Progress } from '@leanvox/app-shell'
import {
  createStudy,
  isFinished,
  loadStudy,
  medianPruner,
  noPruner,
  randomSampler,
  reinforcementSampler,
  runStudy,
  studyNames,
  successiveHalvingPruner,
  tpeSampler,
  type Executor,
  type FrozenTrial,
  type ParamsOf,
  type Pruner,
  type Sampler,
  type SpaceInput,
  type Storage,
  type Study,
} from '@leanvox/hpo-search'
import { journalStorage, processExecutor } from '@leanvox/hpo-search/node'
import type { ClusterRun } from './cluster-run.ts'
import type { Config } from './config.ts'
import type { TrainAttributes } from './jobs.ts'
import type { Setting, StudyPlan } from './plan.ts'
import type { FinishedTrial } from './results.ts'

/** What running studies needs beside the plans. */
export interface SearchContext {
  readonly config: Config
  /** Path of the run's journal. */
  readonly journal: string
  readonly progress: Progress
  readonly signal: AbortSignal
  /** Workers that run the trials; null runs them in child processes here. */
  readonly cluster: ClusterRun | null
}

/** The finished trials of each plan, by study name. */
export type Finished = Readonly<Record<string, readonly FinishedTrial[]>>

/**
 * Runs every plan to its number of trials; what earlier runs finished is kept and not repeated.
 *
 * A setting that fails costs its trial. A failure of the machine (a full disk, a backend that does not load) would cost
 * every trial, so it ends the run; its trial goes on in the next one, as after an interruption.
 *
 * @throws the signal's reason when aborted; the machine's failure
 */
export async function runPlans(label: string, plans: readonly StudyPlan[], context: SearchContext): Promise<Finished> {
  const storage = journalStorage(context.journal)
  // Studies are created one after the other, so that their order in the journal is that of the plans.
  const studies: Study[] = []
  for (const plan of plans) studies.push(await openStudy(plan, { storage, context }))
  const total = plans.reduce((sum, { trials }) => sum + trials, 0)
  const done = studies.reduce((sum, { trials }) => sum + trials.filter(isFinished).length, 0)
  context.progress.begin(label, total, done)
  const queue = plans.map((plan, index) => ({ plan, study: studies[index] }))
  const stop = new AbortController()
  const signal = AbortSignal.any([context.signal, stop.signal])
  const running: Running = { ...context, signal, stop: (reason) => stop.abort(reason) }
  const worker = async () => {
    // One that fails stops the others, and all have ended before the run folder is let go.
    for (let next = queue.shift(); next !== undefined && !signal.aborted; next = queue.shift())
      await runPlan(next, running).catch(running.stop)
  }
  await Promise.all(Array.from({ length: Math.min(context.config.execution.workers, plans.length) }, worker))
  context.progress.end()
  signal.throwIfAborted()
  return Object.fromEntries(studies.map((study) => [study.name, study.trials.filter(isFinished).map(toFinished)]))
}

/** The finished trials of each plan as the journal has them, running none; an empty list for a study not begun. */
export async function finishedTrials(plans: readonly StudyPlan[], journal: string): Promise<Finished> {
  const storage = journalStorage(journal)
  const known = await studyNames(storage)
  const entries = plans.map(async ({ name }) => {
    const trials = known.includes(name) ? (await loadStudy({ name, storage })).trials : []
    return [name, trials.filter(isFinished).map(toFinished)] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

async function openStudy(
  plan: StudyPlan,
  { storage, context }: { storage: Storage; context: SearchContext },
): Promise<Study> {
  const { search } = context.config
  // Enqueued settings carry the space too, so that the journal tells Optuna what each parameter is.
  const space = plan.job.kind === 'train' ? { space: search.space as SpaceInput } : {}
  const searched = plan.settings === null ? { sampler: samplerOf(context.config), pruner: prunerOf(search.pruner) } : {}
  const study: Study = await createStudy<SpaceInput>({
    name: plan.name,
    storage,
    direction: plan.job.kind === 'train' ? 'maximize' : 'minimize',
    loadIfExists: true,
    ...space,
    ...searched,
  })
  // Those of an interrupted start are there already; each setting is queued once.
  for (const setting of (plan.settings ?? []).slice(study.trials.length))
    await study.enqueueTrial(setting as Partial<ParamsOf<SpaceInput>>)
  return study
}

interface Running extends SearchContext {
  /** Ends every study of the step with an error. */
  stop(reason: unknown): void
}

async function runPlan({ plan, study }: { plan: StudyPlan; study: Study }, context: Running): Promise<void> {
  const { maxRetries, heartbeatTimeoutSeconds, workers } = context.config.execution
  const module = new URL(import.meta.url.endsWith('.ts') ? './objective.ts' : './objective.js', import.meta.url)
  const task = { payload: plan.job, heartbeatTimeoutMs: heartbeatTimeoutSeconds * 1000 }
  const executor =
    context.cluster === null
      ? processExecutor({ module, ...task, sideBySide: workers })
      : await context.cluster.executor({ module: module.href, ...task })
  await runStudy(study, {
    trials: plan.trials,
    executor: endingAtMachineFailures(executor, context),
    signal: context.signal,
    maxRetries,
    onEvent(event) {
      if (event.kind === 'retry')
        context.progress.note(
          `${plan.name} trial ${event.number}: attempt ${event.attempt} failed, trying again: ${event.reason}`,
        )
      if (event.kind === 'trial-end') context.progress.advance(describeTrial(plan, event.trial))
    },
  })
}

/** How the errors of files and of backends begin; everything else is the trial's own. */
const MACHINE_FAILURE = /^(?:FileError: |Error: (?=startEngine: ))(.*)/

function endingAtMachineFailures(executor: Executor, { stop }: Running): Executor {
  return {
    ...executor,
    async run(request) {
      const outcome = await executor.run(request)
      const failure = outcome.state === 'fail' ? MACHINE_FAILURE.exec(outcome.reason) : null
      if (failure === null) return outcome
      stop(new Error(failure[1]))
      return { state: 'interrupted' }
    },
  }
}

function describeTrial({ name }: StudyPlan, trial: FrozenTrial): string {
  const value = trial.value === null ? trial.state : trial.value.toFixed(3)
  const reason = trial.state === 'fail' ? ` (${String(trial.userAttributes['fail_reason'])})` : ''
  return `${name} #${trial.number} ${value}${reason}`
}

function toFinished({ number, params, state, value, userAttributes }: FrozenTrial): FinishedTrial {
  const attributes = 'backend' in userAttributes ? (userAttributes as unknown as TrainAttributes) : null
  return {
    number,
    setting: params as Setting,
    state: state as FinishedTrial['state'],
    value,
    attributes,
    failure: state === 'fail' ? String(userAttributes['fail_reason']) : null,
  }
}

function samplerOf({ search, seed }: Config): Sampler {
  const { sampler, startupTrials } = search
  if (sampler === 'tpe') return tpeSampler({ seed, nStartupTrials: startupTrials })
  return sampler === 'random' ? randomSampler({ seed }) : reinforcementSampler({ seed })
}

function prunerOf(name: Config['search']['pruner']): Pruner {
  return { none: noPruner, median: medianPruner, 'successive-halving': successiveHalvingPruner }[name]()
}
