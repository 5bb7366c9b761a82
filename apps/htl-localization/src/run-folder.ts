/**
 * The folder of one run: where everything lies, and whether it may be continued with a given configuration.
 *
 * Every file is written whole or not at all, so that whatever is found here after a kill can be trusted.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { cpus, platform, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { readJson, writeJson } from '@leanvox/files'
import { changedKeys, ConfigError, parseConfig, type Config } from './config.ts'

/** Paths below a run folder. */
export interface RunPaths {
  readonly folder: string
  readonly config: string
  readonly environment: string
  readonly cases: string
  readonly results: string
  readonly analysis: string
  readonly report: string
  readonly jobs: string
}

/** The paths below `folder`; nothing is read or made. */
export function runPaths(folder: string): RunPaths {
  const at = (name: string) => join(folder, name)
  return {
    folder,
    config: at('config.json'),
    environment: at('environment.json'),
    cases: at('cases.json'),
    results: at('results.json'),
    analysis: at('analysis.json'),
    report: at('report.html'),
    jobs: at('jobs'),
  }
}

/** The folder of one job: `name` is its path of words and numbers. */
export function jobFolder({ jobs }: RunPaths, name: string): string {
  return join(jobs, ...name.split('/').map((part) => part.replace(/[^\w.-]/g, '_')))
}

/** What a run works on, stored beside its settings because a run cannot be continued on other data. */
export interface StoredConfig {
  readonly data: string
  /** A second folder, scored at its own size and never trained on. */
  readonly external: string | null
  readonly settings: Config
}

/** Keys that say which jobs are run and how, but change no number of a finished job. */
const FREE_KEYS = /^settings\.(?:settings|arms|seeds|sweep|analysis|execution)(?:\.|$)/

/** The block of the configuration that each setting's trainings rest on. */
const BLOCKS = {
  supervised: 'supervised',
  'semi-supervised': 'semiSupervised',
  'weakly-supervised': 'weaklySupervised',
} as const

/**
 * Makes the folder and stores the configuration, or checks that a folder found there was made with the same one. Jobs may
 * be added, analysis and execution changed, and a setting's own block as long as none of its trainings has begun. As long
 * as a run has no cases (the data were refused), nothing depends on its configuration, and another one takes its place.
 *
 * @throws ConfigError naming each key that differs from the run's own `config.json`
 */
export async function openRun(paths: RunPaths, wanted: StoredConfig): Promise<void> {
  await mkdir(paths.folder, { recursive: true })
  if (existsSync(paths.config) && existsSync(paths.cases)) {
    const changed = changedKeys(await readJson(paths.config), wanted).filter((key) => !isFree(key, paths))
    if (changed.length > 0) {
      throw new ConfigError(
        `${paths.config}: expected the configuration this run was started with, got other values for ` +
          `${changed.join(', ')} (use another --out folder for a new run)`,
      )
    }
  }
  await writeJson(paths.config, wanted)
}

function isFree(key: string, paths: RunPaths): boolean {
  if (FREE_KEYS.test(key)) return true
  const begun = (setting: string) => [setting, `sweep/${setting}`].some((name) => existsSync(jobFolder(paths, name)))
  return Object.entries(BLOCKS).some(([setting, block]) => key.startsWith(`settings.${block}.`) && !begun(setting))
}

/** The configuration a run was started with. */
export async function readRunConfig(paths: RunPaths): Promise<StoredConfig> {
  if (!existsSync(paths.config))
    throw new ConfigError(`${paths.folder}: expected a run folder, found no config.json in it`)
  const stored = (await readJson(paths.config)) as StoredConfig
  return { ...stored, settings: parseConfig(stored.settings, paths.config) }
}

/** The machine and software of a run. */
export interface Environment {
  readonly node: string
  readonly platform: string
  readonly processor: string
  readonly cores: number
  readonly memoryGiB: number
  readonly startedAt: string
  readonly command: string
  readonly commit: string | null
}

/** Writes `environment.json` when the run begins; a run continued with its cases keeps the first one. */
export async function recordEnvironment(
  paths: RunPaths,
  facts: Pick<Environment, 'startedAt' | 'command' | 'commit'>,
): Promise<void> {
  if (existsSync(paths.environment) && existsSync(paths.cases)) return
  const environment: Environment = {
    node: process.version,
    platform: `${platform()} ${release()}`,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    ...facts,
  }
  await writeJson(paths.environment, environment)
}
