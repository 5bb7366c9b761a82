/**
 * The folder of one comparison: where everything lies, and whether it may be continued with a given configuration.
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
  readonly journal: string
  readonly cases: string
  readonly prepared: string
  readonly jobs: string
  readonly results: string
  readonly report: string
}

/** The paths below `folder`; nothing is read or made. */
export function runPaths(folder: string): RunPaths {
  const at = (name: string) => join(folder, name)
  return {
    folder,
    config: at('config.json'),
    environment: at('environment.json'),
    journal: at('journal.jsonl'),
    cases: at('cases.json'),
    prepared: at('prepared'),
    jobs: at('jobs'),
    results: at('results.json'),
    report: at('report.html'),
  }
}

/** Paths of one training. */
export interface JobPaths {
  readonly folder: string
  /** Checkpoints while it trains. */
  readonly training: string
  readonly weights: string
  /** Written last: a job that has it is finished. */
  readonly result: string
  readonly pictures: string
}

/** The paths of the training called `name`, such as `fixed-0.25/seed-0`. */
export function jobPaths(paths: RunPaths, name: string): JobPaths {
  const folder = join(paths.jobs, ...name.split('/'))
  const at = (file: string) => join(folder, file)
  return {
    folder,
    training: at('training'),
    weights: at('weights.safetensors'),
    result: at('result.json'),
    pictures: at('pictures.json'),
  }
}

/** What a run works on, stored beside its settings because a run cannot be continued on other data. */
export interface StoredConfig {
  /** Null for phantoms. */
  readonly data: string | null
  readonly settings: Config
}

/**
 * Makes the folder and stores the configuration, or checks that a folder found there was made with the same one. How many
 * processes work on it may change from start to start; nothing else may, once there are cases.
 *
 * @throws ConfigError naming each key that differs from the run's own `config.json`
 */
export async function openRun(paths: RunPaths, wanted: StoredConfig): Promise<void> {
  await mkdir(paths.folder, { recursive: true })
  if (existsSync(paths.config) && existsSync(paths.cases)) {
    const changed = changedKeys(await readRunConfig(paths), wanted).filter(
      (key) => !key.startsWith('settings.execution.'),
    )
    if (changed.length > 0) {
      throw new ConfigError(
        `${paths.config}: expected the configuration this run was started with, got other values for ` +
          `${changed.join(', ')} (use another --out folder for a new run)`,
      )
    }
  }
  await writeJson(paths.config, wanted)
}

/** The configuration a run was started with. @throws ConfigError for a folder that is no run */
export async function readRunConfig(paths: RunPaths): Promise<StoredConfig> {
  if (!existsSync(paths.config)) {
    throw new ConfigError(`${paths.folder}: expected a run folder, found no config.json in it`)
  }
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
