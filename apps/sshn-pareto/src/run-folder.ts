/**
 * The folder of one comparison: where everything lies, and whether it may be continued with a given configuration.
 *
 * Every file is written whole or not at all, so that whatever is found here after a kill can be trusted.
 *
 * @module
 */
import { join } from 'node:path'
import { openRunFolder, readStoredConfig, type RunFolder } from '@leanvox/app-shell'
import { parseConfig, type Config } from './config.ts'

/** Paths below a run folder. */
export interface RunPaths extends RunFolder {
  readonly journal: string
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
  await openRunFolder(paths, wanted, {
    isFree: (key) => key.startsWith('settings.execution.'),
    read: () => readRunConfig(paths),
  })
}

/** The configuration a run was started with. @throws ConfigError for a folder that is no run */
export async function readRunConfig(paths: RunPaths): Promise<StoredConfig> {
  const stored = await readStoredConfig<StoredConfig>(paths)
  return { ...stored, settings: parseConfig(stored.settings, paths.config) }
}
