/**
 * `study serve`: asks, prunes and tells while workers on any machine run the trials; started again it goes on.
 *
 * @module
 */
import { ConfigError, printLine } from '@leanvox/app-shell'
import {
  openDatabase,
  postgresStorage,
  serveStudy,
  type Database,
  type ServeEvent,
  type Task,
} from '@leanvox/hpo-cluster'
import { loadStudy, studyNames, type Study } from '@leanvox/hpo-search'
import type { Command } from 'commander'
import { configKey, parseStudyConfig, readStudyConfig, spaceOf, type StudyConfig } from '../config.ts'
import { defined } from '../defined.ts'
import { labelOf, databaseCommand } from '../database-options.ts'
import { seconds, wholeNumber, type StudyArguments } from '../options.ts'
import { prunerOf } from '../pruners.ts'
import { samplerOf } from '../samplers.ts'
import { summaryLines } from '../summary.ts'
import { watchTrials, type TrialView } from '../watch-trials.ts'

interface ServeArguments extends StudyArguments {
  readonly config?: string
  readonly trials: number
  readonly module?: string
  readonly export: string
  readonly inProcess?: boolean
  readonly gpu?: string | true
  readonly label?: string
  readonly workers?: number
  readonly ahead: number
  readonly ordered?: boolean
  readonly timeout?: number
  readonly heartbeat?: number
  readonly memory?: number
  readonly retries: number
  readonly stopSeconds?: number
  readonly lease: number
}

export function serveCommand(): Command {
  return databaseCommand('serve', 'serve a study to workers; the objective is --module, or any command after --')
    .option('--name <study>', 'its name; may be left out where there is only one')
    .option('--config <file>', 'makes the study when it is not there; else overrides what was kept with it')
    .requiredOption('--trials <n>', 'finished trials to reach, earlier ones included', wholeNumber(0))
    .option('--module <file>', 'ES module that exports the objective, as the workers see it')
    .option('--export <name>', 'name of the exported function', 'objective')
    .option('--in-process', 'trials run inside the worker’s process: only for objectives that mostly wait')
    .option('--gpu [name]', 'only workers with a GPU, or with the one of that name, take the trials')
    .option('--label <label>', 'only workers with this label take the trials')
    .option('--workers <n>', 'trials in flight; else as many as the workers have slots', wholeNumber(1))
    .option('--ahead <n>', 'trials queued beyond that, so that no slot waits', wholeNumber(0), 0)
    .option('--ordered', 'same result whatever the order in which trials finish; needs --workers')
    .option('--timeout <s>', 'a trial that takes longer is killed and fails', seconds)
    .option('--heartbeat <s>', 'a trial silent for so long is killed and repeated', seconds)
    .option('--memory <MB>', 'a trial whose processes hold more is killed and fails (Linux)', wholeNumber(1))
    .option('--retries <n>', 'repetitions of a trial that crashed or whose worker was lost', wholeNumber(0), 3)
    .option('--stop-seconds <s>', 'start no trial after so long', seconds)
    .argument('[command...]', 'program and arguments; its settings are in the variable LEANVOX_TRIAL')
    .action(serve)
}

async function serve(command: string[], options: ServeArguments): Promise<void> {
  const task = taskOf(options, command)
  const database = await openDatabase(options.storage)
  const abort = new AbortController()
  const stop = () => abort.abort()
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    const chosen = await chooseStudy(database, options)
    summaryLines(await serveChosen(chosen, { database, task, options, signal: abort.signal })).forEach(printLine)
  } catch (error) {
    if (!abort.signal.aborted) throw error
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
    await database.close()
    if (abort.signal.aborted) process.exitCode = 130
  }
}

function taskOf(options: ServeArguments, command: readonly string[]): Task {
  const { module, export: exportName, inProcess = false, timeout, heartbeat, memory } = options
  if ((module === undefined) === (command.length === 0)) {
    const got = module === undefined ? 'neither' : 'both'
    throw new ConfigError(`serve: expected either --module or a command after --, got ${got}`)
  }
  const limits = {
    ...(timeout === undefined ? {} : { timeoutMs: 1000 * timeout }),
    ...(heartbeat === undefined ? {} : { heartbeatTimeoutMs: 1000 * heartbeat }),
    ...(memory === undefined ? {} : { memoryBytes: 1e6 * memory }),
  }
  if (module === undefined) return { command: command as [string, ...string[]], ...limits }
  return { module, exportName, isolation: inProcess ? 'in-process' : 'child', ...limits }
}

interface Chosen {
  readonly name: string
  readonly config: StudyConfig
}

/** The study of the name, or the only one, with the configuration of the file or the one kept with it. */
async function chooseStudy(database: Database, { name, config: file }: ServeArguments): Promise<Chosen> {
  const storage = postgresStorage(database)
  const names = await studyNames(storage)
  const chosen = name ?? (names.length === 1 ? names[0] : undefined)
  if (chosen === undefined || (file === undefined && !names.includes(chosen))) {
    const known = names.length === 0 ? 'none' : names.join(', ')
    throw new ConfigError(
      `--name: expected one of the studies there (${known}) or a --config, got ${name ?? 'nothing'}`,
    )
  }
  if (file !== undefined) return { name: chosen, config: checkedConfig(await readStudyConfig(file)) }
  const { userAttributes, directions } = await loadStudy({ name: chosen, storage })
  return {
    name: chosen,
    config: checkedConfig(parseStudyConfig(userAttributes[configKey] ?? { directions }, `study ${chosen}`)),
  }
}

function checkedConfig(config: StudyConfig): StudyConfig {
  if (config.space !== undefined) return config
  throw new ConfigError('serve: expected a study with a declared space, got one without')
}

interface Serving {
  readonly database: Database
  readonly task: Task
  readonly options: ServeArguments
  readonly signal: AbortSignal
}

async function serveChosen({ name, config }: Chosen, { database, task, options, signal }: Serving): Promise<Study> {
  const { trials, retries, ahead, workers, ordered, stopSeconds, lease } = options
  let view: TrialView | undefined
  try {
    const study = await serveStudy({
      ...{ name, database, task, trials, ahead, signal, maxRetries: retries, leaseMs: 1000 * lease },
      ...{ space: spaceOf(config) ?? {}, directions: config.directions },
      ...{ sampler: samplerOf(config.sampler), pruner: prunerOf(config.pruner) },
      ...defined({ label: labelOf(options), workers, ordered }),
      ...(stopSeconds === undefined ? {} : { stopAfter: { seconds: stopSeconds } }),
      async prepare(opened) {
        if (opened.userAttributes[configKey] === undefined) {
          await opened.setUserAttribute(configKey, config)
          for (const params of config.enqueue) await opened.enqueueTrial(params as never)
        }
        view = watchTrials(opened as unknown as Study, { total: trials, stream: process.stderr })
      },
      onEvent: (event) => showEvent(event, view),
    })
    return study as unknown as Study
  } finally {
    view?.end()
  }
}

function showEvent(event: ServeEvent, view: TrialView | undefined): void {
  if (event.kind === 'standby') process.stderr.write(`${event.server} serves this study; waiting to take over\n`)
  else if (event.kind === 'database-trouble') process.stderr.write(`waiting for the database: ${event.message}\n`)
  else if (event.kind !== 'serving') view?.show(event)
}
