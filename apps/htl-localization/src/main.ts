#!/usr/bin/env node
/**
 * The command line: `htl-localization quickstart | compare | train | find | analyse | report | export | config`.
 *
 * Exit codes: 0 done, 1 bad input or failure (one line on standard error), 130 interrupted (start again to go on).
 *
 * @module
 */
import { resolve } from 'node:path'
import { Command, Option } from 'commander'
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
import { demographicTable } from './analysis-tables.ts'
import { ARMS, parseConfig, SETTINGS, type Arm, type Config, type Setting } from './config.ts'
import { comparisonJob } from './jobs.ts'
import { writePhantomData } from './phantom-data.ts'
import { QUICKSTART } from './presets.ts'
import { armTable, resultsFile, resultsMarkdown } from './results-page.ts'
import type { RunResults } from './results.ts'
import { openRun, readRunConfig, runPaths, type RunPaths, type StoredConfig } from './run-folder.ts'
import { analyseRun, prepareRun, readyFinds, reportRun, runAll, runPending, type RunContext } from './run.ts'

interface RunArguments {
  readonly data?: string
  readonly external?: string
  readonly out: string
  readonly config?: string
  readonly backend?: Config['backend']
  readonly workers?: number
}

interface TrainArguments extends RunArguments {
  readonly setting: Setting
  readonly arm: Arm
  readonly seed: number
}

function program(): Command {
  const command = new Command('htl-localization')
    .description('Find hard-to-learn images by pruning, attend to them in training, and see who they are.')
    .showHelpAfterError()
  runOptions(
    command.command('compare').description('every setting, arm and seed; started again with the same --out it goes on'),
  ).action((options: RunArguments) =>
    withRun(options, async (stored, context) => finish(await runAll(stored, context), context.paths)),
  )
  runOptions(command.command('train').description('one training of the comparison'))
    .addOption(new Option('--setting <name>', 'what is learnt from').choices([...SETTINGS]).default('supervised'))
    .addOption(new Option('--arm <name>', 'what is attended to').choices([...ARMS]).default('htl'))
    .option('--seed <n>', 'seed of the training', Number, 0)
    .action((options: TrainArguments) => withRun(options, (stored, context) => trainOne(options, { stored, context })))
  runOptions(command.command('find').description('the hard-to-learn images of the finished plain trainings')).action(
    (options: RunArguments) => withRun(options, find),
  )
  command
    .command('analyse')
    .description('who is hard to learn: demographics, stability, gain by subgroup')
    .requiredOption('--out <dir>', 'the run folder')
    .action(async ({ out }: { out: string }) =>
      demographicTable(await analyseRun(runPaths(resolve(out)))).forEach(printLine),
    )
  command.addCommand(reportCommand(async (folder) => finish(await reportRun(runPaths(folder)), runPaths(folder))))
  command.addCommand(
    exportCommand<RunResults>(
      { name: 'export', example: 'docs/results/htl' },
      {
        resultsIn: (folder) => runPaths(folder).results,
        rows: async (results, folder) => resultsFile(results, (await readRunConfig(runPaths(folder))).settings),
        page: resultsMarkdown,
      },
    ),
  )
  command.addCommand(configCommand((config) => readConfig({ out: '', ...(config && { config }) })))
  command
    .command('quickstart')
    .description('the whole job on lesion phantoms with planted hard subgroups, in minutes')
    .option('--out <dir>', 'run folder', 'runs/htl-quickstart')
    .addOption(backendOption())
    .action(quickstart)
  return command
}

function runOptions(command: Command): Command {
  return command
    .requiredOption('--data <dir>', 'folder with images/, masks/ and metadata.csv (HAM10000 or ISIC names)')
    .requiredOption('--out <dir>', 'run folder, made or continued')
    .option('--external <dir>', 'another such folder, scored at its own size and never trained on')
    .option('--config <file>', 'JSON configuration; see `htl-localization config`')
    .option('--workers <n>', 'execution.workers', Number)
    .addOption(backendOption())
}

/** The file's configuration with the command line's values over it, checked. */
async function readConfig({ config: path, backend, workers }: RunArguments): Promise<Config> {
  return parseConfig(await readConfigFile(path, { backend, execution: { workers } }), path ?? 'command line')
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
  await runInFolder(paths, { app: 'htl-localization', open: () => openRun(paths, stored) }, async (shell) =>
    body(await readRunConfig(paths), { paths, ...shell }),
  )
}

async function trainOne(
  { setting, arm, seed }: TrainArguments,
  { stored, context }: { stored: StoredConfig; context: RunContext },
): Promise<void> {
  const config = stored.settings
  if (!(Number.isInteger(seed) && seed >= 0)) {
    throw new RangeError(`train: expected --seed to be a whole number of at least 0, got ${seed}`)
  }
  await prepareRun(stored, context)
  await runPending('training', [comparisonJob(config, { setting, arm, seed })], { config, context })
}

async function find(stored: StoredConfig, context: RunContext): Promise<void> {
  const config = stored.settings
  await prepareRun(stored, context)
  const finds = readyFinds(config, context.paths)
  if (finds.length === 0)
    throw new RangeError(`find: expected a finished plain training in ${context.paths.folder}, got none`)
  await runPending('hard-to-learn images', finds, { config, context })
}

async function quickstart(options: { out: string; backend?: Config['backend'] }): Promise<void> {
  const out = resolve(options.out)
  const config = `${out}-config.json`
  // Two quickstarts at once would write one data set; the run folder itself is locked below.
  const lock = await lockFolder(`${out}-data`)
  const data = await writePhantomData(`${out}-data`, QUICKSTART.phantoms).finally(() => lock.release())
  await writeJson(config, QUICKSTART.config)
  const chosen = options.backend === undefined ? {} : { backend: options.backend }
  await withRun({ data, ...chosen, out, config }, async (stored, context) => {
    const results = await runAll(stored, context)
    demographicTable(results.analysis).forEach(printLine)
    finish(results, context.paths)
  })
}

function finish(results: RunResults, paths: RunPaths): void {
  armTable(results.summaries).forEach(printLine)
  printLine(`report: ${paths.report}`)
}

await endCommand('htl-localization', program().parseAsync())
