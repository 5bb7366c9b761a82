/**
 * `study run`: trials until the study has so many; started again it goes on where it stopped.
 *
 * @module
 */
import { ConfigError, printLine } from '@leanvox/app-shell'
import { runStudy, studyNames, type Storage } from '@leanvox/hpo-search'
import type { Command } from 'commander'
import { readStudyConfig } from '../config.ts'
import { defined } from '../defined.ts'
import { executorOf, type ObjectiveArguments } from '../executor.ts'
import { findStudy, makeStudy, type OpenedStudy } from '../open-study.ts'
import { seconds, studyCommand, wholeNumber, type StudyArguments } from '../options.ts'
import { summaryLines } from '../summary.ts'
import { isDatabase, openToWrite } from '../storage.ts'
import { watchTrials } from '../watch-trials.ts'

interface RunArguments extends StudyArguments, ObjectiveArguments {
  readonly config?: string
  readonly trials: number
  readonly retries: number
  readonly ordered?: boolean
  readonly stopSeconds?: number
}

export function runCommand(): Command {
  return studyCommand('run', 'run trials; the objective is --module, or any command after -- that prints JSON lines')
    .option('--config <file>', 'makes the study when it is not there; else overrides what was kept with it')
    .requiredOption('--trials <n>', 'finished trials to reach, earlier ones included', wholeNumber(0))
    .option('--module <file>', 'ES module that exports the objective')
    .option('--export <name>', 'name of the exported function', 'objective')
    .option('--workers <n>', 'trials side by side', wholeNumber(1), 1)
    .option('--ordered', 'same result whatever the order in which trials side by side finish')
    .option('--timeout <s>', 'a trial that takes longer is killed and fails', seconds)
    .option('--heartbeat <s>', 'a trial silent for so long is killed and repeated', seconds)
    .option('--memory <MB>', 'a trial whose processes hold more is killed and fails (Linux)', wholeNumber(1))
    .option('--retries <n>', 'repetitions of a crashed trial', wholeNumber(0), 1)
    .option('--stop-seconds <s>', 'start no trial after so long', seconds)
    .argument('[command...]', 'program and arguments; its settings are in the variable LEANVOX_TRIAL')
    .action(run)
}

async function run(command: string[], options: RunArguments): Promise<void> {
  if (isDatabase(options.storage)) {
    throw new ConfigError('--storage: expected a journal, got a database, whose studies are for serve and worker')
  }
  const { storage, close } = await openToWrite(options.storage)
  const abort = new AbortController()
  const stop = () => abort.abort()
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    const opened = await openOrMake(storage, options)
    await runTrials(opened, { command, options, signal: abort.signal })
    summaryLines(opened.study).forEach(printLine)
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
    await close()
    if (abort.signal.aborted) process.exitCode = 130
  }
}

async function openOrMake(storage: Storage, { name, config: file }: RunArguments): Promise<OpenedStudy> {
  if (file === undefined) return findStudy(storage, { name })
  const config = await readStudyConfig(file)
  const isNew = name !== undefined && !(await studyNames(storage)).includes(name)
  return isNew ? makeStudy(storage, { name, config }) : findStudy(storage, { name, config })
}

async function runTrials(
  { study, config }: OpenedStudy,
  { command, options, signal }: { command: string[]; options: RunArguments; signal: AbortSignal },
): Promise<void> {
  const { trials, workers, ordered, retries, stopSeconds } = options
  const executor = await executorOf(options, { command, config })
  const view = watchTrials(study, { total: trials, stream: process.stderr })
  try {
    await runStudy(study, {
      trials,
      executor,
      workers,
      signal,
      maxRetries: retries,
      onEvent: view.show,
      ...defined({ ordered }),
      ...(stopSeconds === undefined ? {} : { stopAfter: { seconds: stopSeconds } }),
    })
  } finally {
    view.end()
  }
}
