#!/usr/bin/env node
/**
 * The command line: `sshn-pareto run | train | sweep | choose | export | predict | report | export-results | config |
 * quickstart`.
 *
 * Exit codes: 0 done, 1 bad input or failure (one line on standard error), 130 interrupted (start again to go on).
 *
 * @module
 */
import { mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
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
import { writeJson } from '@leanvox/files'
import { choose, exportPhi, sweepTraining, type ModelArguments } from './after-training.ts'
import { METHODS, parseConfig, type Config } from './config.ts'
import { trainJobs } from './jobs.ts'
import { parsePhi } from './phi.ts'
import { predict, type PredictArguments } from './predict.ts'
import { QUICKSTART } from './presets.ts'
import { curveTable, resultsFile, resultsMarkdown } from './results-page.ts'
import type { RunResults } from './results.ts'
import { openRun, readRunConfig, runPaths, type RunPaths, type StoredConfig } from './run-folder.ts'
import { reportRun, runAll, trainRun, type RunContext } from './run.ts'

interface RunArguments {
  readonly data?: string
  readonly out: string
  readonly config?: string
  readonly backend?: Config['backend']
  readonly epochs?: number
  readonly seeds?: string
  readonly workers?: number
}

interface TrainArguments extends RunArguments {
  readonly method: Config['methods'][number]
  readonly phi?: string
  readonly seed?: number
}

function program(): Command {
  const command = new Command('sshn-pareto')
    .description('The whole accuracy-cost curve of a U-Net from one training, beside its baselines.')
    .showHelpAfterError()
  runOptions(command.command('run').description('the whole comparison; the same command again continues it')).action(
    (options: RunArguments) =>
      withRun(options, async (stored, context) => finish(await runAll(stored, context), context.paths)),
  )
  runOptions(command.command('train').description('one method of the comparison only'))
    .addOption(methodOption())
    .option('--phi <factor>', 'which of its factors, for the Fixed methods; default all')
    .option('--seed <n>', 'which of the seeds; default the first', Number)
    .action((options: TrainArguments) => withRun(options, (stored, context) => trainOne(stored, context, options)))
  modelOptions(command.command('sweep').description('Dice and cost of a finished training at other factors'))
    .requiredOption('--phis <list>', 'factors such as 0.1,0.25,0.5')
    .action(async (options: ModelArguments & { phis: string }) => (await sweepTraining(options)).forEach(printLine))
  modelOptions(command.command('choose').description('the best factor within a budget, by validation Dice'))
    .option('--max-multiply-adds <n>', 'such as 250M')
    .option('--max-ms <n>', 'latency of one pass')
    .option('--min-dice <n>', 'the cheapest factor that reaches it')
    .action(async (options: ModelArguments) => (await choose(options)).forEach(printLine))
  modelOptions(command.command('export').description('the plain U-Net for one factor, as one file'))
    .option('--phi <factor>', 'the factor')
    .option('--budget <n>', 'the best factor within so many multiply-adds, such as 250M')
    .requiredOption('--to <file>', 'such as model.safetensors')
    .action(async (options: ModelArguments & { to: string }) => (await exportPhi(options)).forEach(printLine))
  command
    .command('predict')
    .description('segment an image (PNG, JPEG, BMP) or volume (NIfTI)')
    .requiredOption('--model <path>', 'a run folder or an exported file')
    .requiredOption('--image <file>', 'what to segment; several channels of a volume: files with commas')
    .requiredOption('--to <file>', 'label map to write, .png or .nii.gz')
    .option('--phi <factor>', 'the factor, with a run folder')
    .option('--budget <n>', 'the best factor within so many multiply-adds, with a run folder')
    .addOption(methodOption())
    .option('--seed <n>', 'which training of the run; default the first', Number)
    .addOption(backendOption())
    .action(async (options: PredictArguments) => (await predict(options)).forEach(printLine))
  command.addCommand(reportCommand(async (folder) => finish(await reportRun(runPaths(folder)), runPaths(folder))))
  command.addCommand(
    exportCommand<RunResults>(
      { name: 'export-results', example: 'docs/results/sshn' },
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
    .description('the whole comparison on phantoms, in minutes')
    .option('--out <dir>', 'run folder', 'runs/sshn-quickstart')
    .addOption(backendOption())
    .action(quickstart)
  return command
}

function runOptions(command: Command): Command {
  return command
    .requiredOption('--out <dir>', 'run folder, made or continued')
    .option('--data <dir>', 'folder of the data; none for phantoms')
    .option('--config <file>', 'JSON configuration; see `sshn-pareto config`')
    .option('--epochs <n>', 'training.epochs', Number)
    .option('--seeds <list>', 'seeds, such as 0,1,2')
    .option('--workers <n>', 'execution.workers', Number)
    .addOption(backendOption())
}

function modelOptions(command: Command): Command {
  return command
    .requiredOption('--out <dir>', 'run folder')
    .addOption(methodOption())
    .option('--seed <n>', 'which training; default the first seed', Number)
    .addOption(backendOption())
}

function methodOption(): Option {
  return new Option('--method <name>', 'which method').choices([...METHODS]).default('sshn')
}

/** The file's configuration with the command line's values over it, checked. */
async function readConfig({ config: path, ...options }: RunArguments): Promise<Config> {
  const file = await readConfigFile(path, {
    backend: options.backend,
    seeds: options.seeds?.split(',').map(Number),
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
  const stored: StoredConfig = { data: options.data === undefined ? null : resolve(options.data), settings }
  await runInFolder(paths, { app: 'sshn-pareto', open: () => openRun(paths, stored) }, async (shell) =>
    body(await readRunConfig(paths), { paths, ...shell }),
  )
}

async function trainOne(
  stored: StoredConfig,
  context: RunContext,
  { method, phi, seed }: TrainArguments,
): Promise<void> {
  const factor = phi === undefined ? null : parsePhi(phi, '--phi')
  const { seeds } = stored.settings
  const jobs = trainJobs(stored.settings, context.paths.folder).filter(
    (job) => job.method === method && job.seed === (seed ?? seeds[0]) && (factor === null || job.phi === factor),
  )
  if (jobs.length === 0) {
    const asked = [method, phi && `phi ${phi}`, `seed ${seed ?? seeds[0]}`].filter(Boolean).join(', ')
    throw new RangeError(`train: expected a training of the configuration, got ${asked}`)
  }
  await trainRun(stored, context, jobs)
}

async function quickstart(options: { out: string; backend?: Config['backend'] }): Promise<void> {
  const out = resolve(options.out)
  const config = `${out}-config.json`
  await mkdir(dirname(config), { recursive: true })
  await writeJson(config, QUICKSTART)
  await withRun({ ...options, out, config }, async (stored, context) =>
    finish(await runAll(stored, context), context.paths),
  )
}

function finish(results: RunResults, paths: RunPaths): void {
  curveTable(results).forEach(printLine)
  printLine(`report: ${paths.report}`)
}

await endCommand('sshn-pareto', program().parseAsync())
