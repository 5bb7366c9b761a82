#!/usr/bin/env node
/**
 * The command line: `proxy-hpo quickstart | run | select | correlate | report | export | config | phantoms`.
 *
 * Exit codes: 0 done, 1 bad input or failure (one line on standard error), 130 interrupted (start again to go on).
 *
 * @module
 */
import { resolve } from 'node:path'
import { Command } from 'commander'
import {
  backendOption,
  configCommand,
  endCommand,
  exportCommand,
  printLine,
  readConfigFile,
  reportCommand,
  runInFolder,
} from '@leanvox/app-shell'
import { lockFolder, writeJson } from '@leanvox/files'
import { openClusterRun } from './cluster-run.ts'
import { parseConfig, type Config } from './config.ts'
import { writePhantomData } from './phantom-data.ts'
import { QUICKSTART } from './presets.ts'
import { armTable, resultsFile, resultsMarkdown, type RunResults } from './results-page.ts'
import { openRun, readRunConfig, runPaths, type RunPaths, type StoredConfig } from './run-folder.ts'
import { correlate, prepareRun, reportRun, runAll, type RunContext } from './run.ts'

interface RunArguments {
  readonly data?: string
  readonly external?: string
  readonly out: string
  readonly config?: string
  readonly backend?: Config['backend']
  readonly trials?: number
  readonly epochs?: number
  readonly workers?: number
  readonly cluster?: string
  readonly seed?: number
}

function program(): Command {
  const command = new Command('proxy-hpo')
    .description('Search the hyper-parameters of a 3D U-Net four ways: full or proxy network, full or proxy data.')
    .showHelpAfterError()
  runOptions(
    command.command('run').description('every step; started again with the same --out it goes on where it stopped'),
  ).action((options: RunArguments) =>
    withRun(options, async (stored, context) => finish(await runAll(stored, context), context.paths)),
  )
  runOptions(command.command('select').description('prepare the cases and choose the proxy data')).action(
    (options: RunArguments) => withRun(options, select),
  )
  runOptions(command.command('correlate').description('train the correlation conditions only')).action(
    (options: RunArguments) =>
      withRun(options, async (stored, context) => void (await correlate(await prepareRun(stored, context), context))),
  )
  command.addCommand(reportCommand(async (folder) => finish(await reportRun(runPaths(folder)), runPaths(folder))))
  command.addCommand(
    exportCommand<RunResults>(
      { name: 'export', example: 'docs/results/proxy-hpo' },
      {
        resultsIn: (folder) => runPaths(folder).results,
        rows: async (results, folder) => resultsFile(results, (await readRunConfig(runPaths(folder))).settings),
        page: resultsMarkdown,
      },
    ),
  )
  command.addCommand(configCommand((config) => readConfig({ out: '', ...(config && { config }) })))
  command
    .command('phantoms')
    .description('write a phantom data set: site-a to search on, site-b as external data')
    .requiredOption('--out <dir>', 'where')
    .option('--cases <n>', 'cases of site a', Number, 16)
    .option('--external-cases <n>', 'cases of site b', Number, 6)
    .option('--seed <n>', 'seed', Number, 0)
    .action(
      async (options: { out: string; cases: number; externalCases: number; seed: number }) =>
        void (await writePhantomData(resolve(options.out), options)),
    )
  command
    .command('quickstart')
    .description('the whole job on phantoms, in minutes')
    .option('--out <dir>', 'run folder', 'runs/quickstart')
    .addOption(backendOption())
    .action(quickstart)
  return command
}

function runOptions(command: Command): Command {
  return command
    .requiredOption('--data <dir>', 'data set folder with a dataset.json (MSD or nnU-Net layout)')
    .requiredOption('--out <dir>', 'run folder, made or continued')
    .option('--external <dir>', 'another data set for the final scores')
    .option('--config <file>', 'JSON configuration; see `proxy-hpo config`')
    .option('--trials <n>', 'search.trials', Number)
    .option('--epochs <n>', 'training.epochs', Number)
    .option('--workers <n>', 'execution.workers', Number)
    .option('--cluster <url>', 'trials run on the workers (`study worker`) of this PostgreSQL database')
    .option('--seed <n>', 'seed', Number)
    .addOption(backendOption())
}

/** The file's configuration with the command line's values over it, checked. */
async function readConfig({ config: path, ...options }: RunArguments): Promise<Config> {
  const file = await readConfigFile(path, {
    seed: options.seed,
    backend: options.backend,
    search: { trials: options.trials },
    training: { epochs: options.epochs },
    execution: { workers: options.workers },
  })
  return parseConfig(file, path ?? 'command line')
}

/** Opens and locks the run folder, runs `body`, and turns Ctrl-C into a clean stop. */
async function withRun(
  options: RunArguments,
  body: (stored: StoredConfig, context: RunContext) => Promise<void>,
): Promise<void> {
  const paths = runPaths(resolve(options.out))
  const settings = await readConfig(options)
  const stored: StoredConfig = {
    data: resolve(options.data ?? ''),
    external: options.external === undefined ? null : resolve(options.external),
    settings,
  }
  await runInFolder(paths, { app: 'proxy-hpo', open: () => openRun(paths, stored) }, async (shell) => {
    const cluster = options.cluster === undefined ? null : await openClusterRun(options.cluster, paths.folder)
    try {
      await body(await readRunConfig(paths), { paths, ...shell, cluster })
    } finally {
      await cluster?.close()
    }
  })
}

async function select(stored: StoredConfig, context: RunContext): Promise<void> {
  const { selection } = await prepareRun(stored, context)
  printLine(
    `${selection.chosen.length} of ${selection.ids.length} training cases in ${selection.seconds.toFixed(1)} s:`,
  )
  selection.chosen.forEach((id) => printLine(id))
}

async function quickstart(options: { out: string; backend?: Config['backend'] }): Promise<void> {
  const out = resolve(options.out)
  const config = `${out}-config.json`
  // Two quickstarts at once would write one data set; the run folder itself is locked below.
  const lock = await lockFolder(`${out}-data`)
  const folders = await writePhantomData(`${out}-data`, QUICKSTART.phantoms).finally(() => lock.release())
  await writeJson(config, QUICKSTART.config)
  const chosen = options.backend === undefined ? {} : { backend: options.backend }
  await withRun({ ...folders, ...chosen, out, config }, async (stored, context) =>
    finish(await runAll(stored, context), context.paths),
  )
}

function finish(results: RunResults, paths: RunPaths): void {
  armTable(results.arms).forEach(printLine)
  printLine(`report: ${paths.report}`)
}

await endCommand('proxy-hpo', program().parseAsync())
