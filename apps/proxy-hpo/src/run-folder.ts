/**
 * The folder of one run: where everything lies, and whether it may be continued with a given configuration.
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
  readonly selection: string
  readonly results: string
  readonly report: string
  readonly cache: string
  readonly trials: string
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
    selection: at('selection.json'),
    results: at('results.json'),
    report: at('report.html'),
    cache: at('prepared'),
    trials: at('trials'),
  }
}

/** The folder of one trial's training. */
export function trialFolder(paths: RunPaths, { studyName, number }: { studyName: string; number: number }): string {
  return join(paths.trials, ...studyName.split('/').map((part) => part.replace(/[^\w.-]/g, '_')), String(number))
}

/** What a run works on, stored beside its settings because a run cannot be continued on other data. */
export interface StoredConfig {
  readonly data: string
  readonly external: string | null
  readonly settings: Config
}

/**
 * Makes the folder and stores the configuration, or checks that a folder found there was made with the same one. As long
 * as a run has no cases (the data were refused), nothing depends on its configuration, and another one takes its place.
 *
 * @throws ConfigError naming each key that differs from the run's own `config.json`
 */
export async function openRun(paths: RunPaths, wanted: StoredConfig): Promise<void> {
  await openRunFolder(paths, wanted)
}

/** The configuration a run was started with. */
export async function readRunConfig(paths: RunPaths): Promise<StoredConfig> {
  const stored = await readStoredConfig<StoredConfig>(paths)
  return { ...stored, settings: parseConfig(stored.settings, paths.config) }
}
